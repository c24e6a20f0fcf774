import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describe as describeEntry, directionOf } from './describe.ts'
import type { Entry } from './entry.ts'
import { shortenedText, visibleText } from './visible-text.ts'

const body = { text: '', length: 0 }

test('an Inform is told by its session and its events', () => {
  const entry: Entry = {
    seq: 1,
    at: 0,
    type: 'session-opened',
    session: 4,
    connection: 9,
    exchange: 1,
    attemptAt: 0,
    attemptBasis: 'connection',
    cwmp: 'urn:dslforum-org:cwmp-1-4',
    inform: { deviceId: {}, events: [{ eventCode: '6 CONNECTION REQUEST', commandKey: '' }], parameters: [] },
    problems: [{ code: 'array-type', text: 'The arrayType counts 2, there is 1.' }],
    ofDeviceUnderTest: true,
  }
  expect(describeEntry(entry)).toBe('Session 4: Inform with 6 CONNECTION REQUEST; syntax: array-type')
  expect(directionOf(entry)).toBe('from-device')
})

test('an answer to a Connection Request says its status and how long it took', () => {
  const entry: Entry = {
    seq: 2,
    at: 130,
    type: 'http-cr-answered',
    request: 3,
    connection: 5,
    status: 503,
    reason: 'Busy\x1b[31m',
    httpVersion: '1.1',
    headers: [],
    body,
    bodyEnd: 'none',
    sentAt: 100,
    firstByteAt: 112.34,
    lastByteAt: 112.5,
    connectMs: 1,
    problems: [],
  }
  expect(describeEntry(entry)).toBe('Connection Request 3 answered: 503 Busy\\x1b[31m, 0 bytes, after 12.3 ms')
})

test('the run that a run is compared with is named', () => {
  const entry: Entry = {
    seq: 3,
    at: 1,
    type: 'baseline',
    run: { path: 'runs/a', startedAt: '2026-03-02T08:14:05.000Z' },
    broken: [{ requirement: 'CR-GEN-08', metric: 'http-duplicates.onlyOne', seen: 'two sessions' }],
  }
  expect(describeEntry(entry)).toBe('Compared with runs/a, started 2026-03-02T08:14:05.000Z: 1 failure there')
  expect(directionOf(entry)).toBe('none')
})

test('a close goes the way of the one who closed', () => {
  const closed = { seq: 1, at: 0, type: 'connection-closed', connection: 1, bytesRead: 0, bytesWritten: 0 } as const
  expect(directionOf({ ...closed, by: 'device' })).toBe('from-device')
  expect(directionOf({ ...closed, by: 'acs' })).toBe('to-device')
})

test('an entry of a type not known here is shown as its data', () => {
  const entry = { seq: 1, at: 0, type: 'carrier-pigeon', wings: 2 } as unknown as Entry
  expect(describeEntry(entry)).toBe('carrier-pigeon {"wings":2}')
})

test('whatever an entry holds, it becomes one line without control characters', () => {
  const types = [
    'mark',
    'http-received',
    'session-opened',
    'http-cr-answered',
    'rpc-sent',
    'probed',
    'constructor',
    'x',
  ]
  const garbage = fc.oneof(
    fc.anything(),
    fc.record({ type: fc.constantFrom(...types), name: fc.string({ unit: 'binary' }), inform: fc.anything() }),
  )
  fc.assert(
    fc.property(garbage, value => {
      const line = describeEntry(value as Entry)
      expect(line).toBe(visibleText(line))
    }),
  )
})

test('invisible characters become escapes and the rest stays', () => {
  expect(visibleText('a\r\n\t\0\x1b\x9b\u202e\uffff\u{e0001}é😀\ud800')).toBe(
    'a\\r\\n\\t\\x00\\x1b\\x9b\\u202e\\uffff\\u{e0001}é😀\\ud800',
  )
})

test('a text is never longer than asked for and never ends in half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, length) => {
      const short = shortenedText(text, length)
      expect(short.length).toBeLessThanOrEqual(length)
      expect(() => encodeURIComponent(short)).not.toThrow()
    }),
  )
})
