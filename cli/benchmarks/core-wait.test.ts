import { expect, test } from 'vitest'
import { waitIn } from './core-wait.ts'

test('the wait for a core is the second number of schedstat, in milliseconds', () => {
  expect(waitIn('361023451 273770716 2504\n')).toBeCloseTo(273.77, 2)
  expect(waitIn('')).toBeUndefined()
})
