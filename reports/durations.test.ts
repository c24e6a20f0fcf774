import { expect, test } from 'vitest'
import { durationText, measuredText, momentText } from './durations.ts'
import { measurementText } from './measurement.ts'

test.each([
  [0, '0 s'],
  [0.25, '0.3 ms'],
  [999, '999 ms'],
  [30_000, '30 s'],
  [34_149, '34.1 s'],
  [59_960, '1 min 00 s'],
  [3_599_600, '1 h 00 min'],
  [3_840_000, '1 h 04 min'],
])('%d ms is told as %s', (ms, text) => expect(durationText(ms)).toBe(text))

test('a measurement says value, uncertainty, limit, who chose it, and the margin', () => {
  const limit = { ms: 30_000, source: 'spec', why: 'TR-069 3.2.2.1' } as const
  expect(measurementText({ measured: 31_200, uncertainty: 2, limit })).toBe(
    '31.2 s ± 2 ms; limit 30 s (standard, TR-069 3.2.2.1); 1.2 s above it',
  )
  expect(measurementText({ measured: 1203.4, limit })).toContain('28.797 s below it')
  expect(measurementText({ limit: { ...limit, source: 'ours', why: 'rest' } })).toBe('limit 30 s (our choice: rest)')
  expect(measurementText({})).toBeUndefined()
})

test('a moment has its zone', () => {
  expect(momentText('2026-03-02T09:14:05.250+01:00')).toBe('2026-03-02 08:14:05 UTC')
  expect(momentText('yesterday')).toBe('yesterday')
  expect(measuredText(-1500)).toBe('-1.5 s')
})
