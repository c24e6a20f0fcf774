import { expect, test } from 'vitest'
import type { DeviceLogEntry } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import { type DeviceWords, loggedPairs, type ReplyAndAttempt, timingErrors } from './many-devices-timing.ts'

const replied = (at: number, status = 204) =>
  ({ at, text: '', event: 'connection-request-replied', status }) satisfies DeviceLogEntry
const attempted = (at: number) => ({ at, text: '', event: 'session-attempt' }) satisfies DeviceLogEntry
const words = (...log: DeviceLogEntry[]): DeviceWords => ({ startedAt: 1_000_000, log })
const pair = (repliedAt: number, attemptAt: number): ReplyAndAttempt => ({ repliedAt, attemptAt })

test('a pair is a success reply and the attempt after it, with no reply in between', () => {
  const log = words(
    attempted(1),
    replied(10),
    replied(12),
    attempted(20),
    attempted(25),
    replied(30, 401),
    attempted(40),
  )
  expect(loggedPairs(log)).toEqual([pair(1_000_012, 1_000_020)])
})

test('what both say of the same moments is compared, though their clocks are apart', () => {
  const measured = [pair(100, 150), pair(5000, 5400)]
  const logged = [pair(5003, 5390), pair(103, 151)]
  expect(timingErrors(measured, logged)).toEqual({ errors: [2, 13], unmatched: 0 })
})

test('an attempt that the ACS refused is held against none that came later', () => {
  expect(timingErrors([pair(100, 7100)], [pair(100, 120)])).toEqual({ errors: [], unmatched: 1 })
})

test('no pair of the device is counted twice', () => {
  expect(timingErrors([pair(100, 150), pair(110, 160)], [pair(100, 150)]).unmatched).toBe(1)
})
