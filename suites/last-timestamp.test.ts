import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { usedTimestampMark } from '../harness/stun-lab.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import { keepTimestamp, lastTimestampOf, timestampFileName } from './last-timestamp.ts'

const device = { manufacturer: 'ACME', oui: '0A0B0C', productClass: 'RG', serialNumber: '1' }
let runs: string

beforeEach(() => {
  runs = mkdtempSync(join(tmpdir(), 'connreq-'))
})
afterEach(() => rmSync(runs, { recursive: true }))

function runDirectory(name: string): string {
  mkdirSync(join(runs, name))
  return join(runs, name, 'timeline.jsonl')
}

const informOf = (deviceId: object) =>
  ({ type: 'session-opened', ofDeviceUnderTest: true, inform: { deviceId } }) as unknown as Entry
const sent = (ts: string | undefined, authorised = true) =>
  ({ type: 'udp-cr-sent', authorised, ...(ts === undefined ? {} : { ts }) }) as unknown as Entry

function record(name: string, deviceId: object, ...timestamps: string[]): void {
  const keep = keepTimestamp(runDirectory(name))
  keep(informOf(deviceId))
  for (const ts of timestamps) keep(sent(ts))
}

test('the greatest ts of all runs with this device is found', () => {
  record('a', device, '100', '300', '200')
  record('b', device, '250')
  record('c', { ...device, serialNumber: '2' }, '999')
  expect(lastTimestampOf(runDirectory('now'), device)).toBe(300)
})

test('another maker’s name is no other device, because it may be corrected', () => {
  record('a', { ...device, manufacturer: 'Acme Inc.' }, '7')
  expect(lastTimestampOf(runDirectory('now'), device)).toBe(7)
})

test('where nothing was kept it is 0', () => {
  expect(lastTimestampOf(runDirectory('now'), device)).toBe(0)
  expect(lastTimestampOf('/nowhere/at/all/timeline.jsonl', device)).toBe(0)
})

test('only what the device may have accepted is kept, and only when it grew', () => {
  const path = runDirectory('a')
  const keep = keepTimestamp(path)
  keep(informOf(device))
  keep(sent('5000', false))
  keep(sent(undefined))
  keep(sent('12 monkeys'))
  expect(lastTimestampOf(runDirectory('now'), device)).toBe(0)
  keep(sent('40'))
  keep(sent('39'))
  const kept: unknown = JSON.parse(readFileSync(join(runs, 'a', timestampFileName), 'utf8'))
  expect(kept).toEqual({ deviceId: device, ts: 40 })
})

test('one that the device has heard besides is kept too, also when nothing follows it', () => {
  const keep = keepTimestamp(runDirectory('a'))
  keep(informOf(device))
  keep(sent('40'))
  keep(sent('4000', false))
  keep({ type: 'mark', name: 'another mark', data: { ts: 5000 } } as unknown as Entry)
  keep({ type: 'mark', name: usedTimestampMark, data: { ts: 4000 } } as unknown as Entry)
  expect(lastTimestampOf(runDirectory('now'), device)).toBe(4000)
})

test('where the file cannot be written, the run goes on', () => {
  const keep = keepTimestamp(join(runs, 'gone', 'timeline.jsonl'))
  keep(informOf(device))
  expect(() => keep(sent('40'))).not.toThrow()
})

test('what is no file, and has no end, is passed over', () => {
  runDirectory('a')
  runDirectory('b')
  symlinkSync('/dev/zero', join(runs, 'a', timestampFileName))
  mkdirSync(join(runs, 'b', timestampFileName))
  record('c', device, '3')
  expect(lastTimestampOf(runDirectory('now'), device)).toBe(3)
})

const damaged = [
  ...['', '{}', '{"deviceId":{},"ts":-1}', '{"deviceId":{},"ts":"9"}', `{"pad":"${'x'.repeat(20_000)}"}`],
  JSON.stringify({ deviceId: device, ts: 2 ** 32 }),
  JSON.stringify({ deviceId: device, ts: 5, pad: 'x'.repeat(20_000) }),
]

test.each(damaged)('a damaged file is passed over: %.30s', text => {
  runDirectory('a')
  writeFileSync(join(runs, 'a', timestampFileName), text)
  record('b', device, '3')
  expect(lastTimestampOf(runDirectory('now'), device)).toBe(3)
})
