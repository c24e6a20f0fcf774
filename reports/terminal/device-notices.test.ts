import { expect, test } from 'vitest'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { sampleEvidence } from '../sample-run.ts'
import { createDeviceNotices } from './device-notices.ts'

const begun: Entry = { seq: 1, at: 0, type: 'scenario-begun', scenario: 'a', title: 'A', repetition: 1 }
const to = { address: '192.0.2.77', port: 30005 }
const connecting: Entry = { seq: 2, at: 0, type: 'http-cr-connecting', request: 1, connection: 1, to }
const refused: Entry = {
  seq: 3,
  at: 0,
  type: 'http-cr-unanswered',
  request: 1,
  connection: 1,
  reason: 'refused',
  detail: '',
}
const opened = sampleEvidence().entries.find((entry): entry is EntryOf<'session-opened'> => {
  return entry.type === 'session-opened'
})!

function said(entries: readonly Entry[]): string[] {
  const notice = createDeviceNotices()
  return entries.flatMap(entry => notice(entry) ?? [])
}

test('a device that refuses again and again is told once a scenario', () => {
  const line = 'No answer at 192.0.2.77:30005 (connection refused); waiting for the device.'
  expect(said([begun, connecting, refused])).toEqual([])
  expect(said([begun, connecting, refused, refused, refused])).toEqual([line])
  expect(said([begun, connecting, refused, refused, begun, refused, refused])).toEqual([line, line])
})

test('a device that closes the connection is there', () => {
  const closed: Entry = { ...refused, reason: 'closed' }
  expect(said([begun, connecting, closed, closed, closed])).toEqual([])
})

test('another device is told by its name, once a scenario', () => {
  const other: Entry = { ...opened, ofDeviceUnderTest: false }
  expect(said([begun, opened, other, other])).toEqual([
    'Another device (00D09E-SN0012345678) called the ACS; it is served, but not judged.',
  ])
})
