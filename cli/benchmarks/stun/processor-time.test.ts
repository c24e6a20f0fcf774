import { expect, test } from 'vitest'
import { processorTimeIn } from './processor-time.ts'

test('user and system time in ticks of 10 ms, whatever the program is called', () => {
  const stat = '4711 (a b) c) S 1 4711 4711 0 -1 4194304 900 0 0 0 120 30 7 8 20 0 11 0 100 1000 200\n'
  expect(processorTimeIn(stat)).toBe(1500)
})
