import { expect, test } from 'vitest'
import type { Entry } from '../harness/timeline/entry.ts'
import { suspensionSentence } from './suspensions.ts'

const suspended = (seq: number, how: 'machine' | 'process' | 'busy', ms: number): Entry => {
  const [from, to] = [14_200 * seq, 14_300 * seq]
  return { seq, at: to, type: 'suspended', from, to, ms, how }
}

test('nothing is said of a run that was watched all the time', () => {
  expect(suspensionSentence([{ seq: 1, at: 0, type: 'mark', name: 'any' }])).toBeUndefined()
})

test('one suspension is told with its place, several with their sum', () => {
  expect(suspensionSentence([suspended(1, 'machine', 720_000)])).toBe(
    'The machine was suspended for 12 min 00 s, 14 s after the start of the run.',
  )
  expect(suspensionSentence([suspended(1, 'process', 1200)])).toBe(
    'The run was stopped for 1 s, 14 s after the start of the run.',
  )
  expect(suspensionSentence([suspended(1, 'busy', 3000)])).toBe(
    'The harness itself was busy for 3 s, 14 s after the start of the run.',
  )
  expect(suspensionSentence([suspended(1, 'machine', 60_000), suspended(2, 'process', 6000)])).toBe(
    'The machine was suspended 2 times, for 1 min 06 s in all.',
  )
})
