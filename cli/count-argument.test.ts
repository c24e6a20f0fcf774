import { expect, test } from 'vitest'
import { countArgument } from './count-argument.ts'

test.each(['abc', '', ' ', 'NaN', 'Infinity', '0', '-1'])('%j is no count of at least 1', text => {
  expect(() => countArgument('inputs', text, 1)).toThrow(`--inputs ${text}: it must be a number of at least 1.`)
})

test('a number is one', () => {
  expect(countArgument('minutes', '1.5', 0)).toBe(1.5)
})
