import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDuration, parseDuration } from './duration.ts'

test.each([
  ['500ms', 500],
  ['5s', 5000],
  ['1.5m', 90_000],
  ['2min', 120_000],
  [' 2 h ', 7_200_000],
  ['0s', 0],
])('%j is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each(['', '5', 's', '-5s', '5 S', '5 days', '1e3s', '.5s', '1.s', '5s5s', '5s\0', '٥s'])(
  '%j is no duration',
  text => {
    expect(parseDuration(text)).toBeUndefined()
  },
)

test.each([
  [0, '0 ms'],
  [0.4, '0 ms'],
  [350, '350 ms'],
  [1000, '1 s'],
  [1260, '1.3 s'],
  [12_000, '12 s'],
  [12_400, '12 s'],
  [60_000, '1 min'],
  [90_000, '1 min 30 s'],
  [3_600_000, '1 h'],
  [3_661_000, '1 h 1 min 1 s'],
  [90_000_000, '25 h'],
])('%d ms are told as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('what is told differs from what it was by no more than the rounding', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 10 ** 9, noNaN: true }), ms => {
      const parts = formatDuration(ms).match(/\d+(\.\d+)? (ms|min|s|h)/g) ?? []
      const told = parts.reduce((sum, part) => sum + (parseDuration(part) ?? Number.NaN), 0)
      expect(Math.abs(told - ms)).toBeLessThanOrEqual(ms < 1000 ? 0.5 : ms < 10_000 ? 50.001 : 500)
    }),
  )
})
