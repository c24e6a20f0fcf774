import { expect, test } from 'vitest'
import { deviceClockFindings } from './device-clock.ts'
import { ownClockFindings } from './own-clock.ts'

const now = new Date('2026-12-02T10:00:00Z')

test.each([
  ['2026-12-02T10:00:30Z', 'fine', 'goes with'],
  ['2026-12-02T11:00:10+01:00', 'fine', 'goes with'],
  ['2026-12-02T10:05:00Z', 'note', '5 min 00 s ahead of that of this machine'],
  ['2025-12-02T10:00:00Z', 'note', 'behind that of this machine'],
  ['2026-12-02T11:00:00', 'note', 'names no time zone'],
  ['0001-01-01T00:00:00Z', 'note', 'does not know the time'],
  ['1970-01-01T00:01:12Z', 'note', 'does not know the time'],
  ['noon', 'note', 'which is no dateTime'],
  [undefined, 'note', 'carries no CurrentTime'],
])('CurrentTime %s', (currentTime, state, text) => {
  const [found, ...others] = deviceClockFindings(currentTime, now)
  expect(found?.state).toBe(state)
  expect(found?.text).toContain(text)
  expect(others).toEqual([])
})

test('a clock that shows a time before this version is wrong', () => {
  expect(ownClockFindings(now)).toEqual([])
  expect(ownClockFindings(new Date('1970-01-01T00:00:00Z'))).toMatchObject([{ about: 'clock', state: 'problem' }])
})
