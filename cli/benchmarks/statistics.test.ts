import fc from 'fast-check'
import { expect, test } from 'vitest'
import { median, percentile } from './statistics.ts'

test('the median of an odd and of an even number of values', () => {
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 2, 9])).toBe(3)
})

test('the nearest rank: 99 of 100 values do not exceed the 99th percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(percentile(hundred, 99)).toBe(99)
  expect(percentile([7], 99)).toBe(7)
})

test('at least so many values do not exceed a percentile, and no smaller value has as many', () => {
  const values = fc.array(fc.integer(), { minLength: 1 })
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 100 }), (numbers, percent) => {
      const found = percentile(numbers, percent)
      const needed = (percent / 100) * numbers.length
      expect(numbers.filter(number => number <= found).length).toBeGreaterThanOrEqual(needed)
      expect(numbers.filter(number => number < found).length).toBeLessThan(needed)
    }),
  )
})

test('nothing measured is no figure', () => {
  expect(() => median([])).toThrow(RangeError)
})
