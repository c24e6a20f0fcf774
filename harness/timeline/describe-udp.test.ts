import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describe as describeEntry, directionOf } from './describe.ts'
import { udpDescribers } from './describe-udp.ts'
import type { Entry, NewEntry } from './entry.ts'
import type { StunMessageRecord } from './udp-entry.ts'
import { visibleText } from './visible-text.ts'

const lineOf = (entry: NewEntry) => describeEntry({ seq: 1, at: 0, ...entry })
const raw = { text: 'x', length: 20 }
const device = { address: '192.0.2.7', port: 40_000 }
const server = { address: '2001:db8::1', port: 3478 }
const attribute = (name: string, more: object = {}) => ({ code: 1, name, length: 0, hex: '', ...more })
const message = (
  name: StunMessageRecord['name'],
  ...attributes: StunMessageRecord['attributes']
): StunMessageRecord => ({ code: 1, name, transaction: '0'.repeat(32), magicCookie: false, attributes })
const request = { from: device, to: server, raw, problems: [], ofDeviceUnderTest: true }
const integrity = (padded: boolean) => ({ padded, lengthIncludesIntegrity: true, key: 'password' as const })

test.each<[NewEntry, string, string]>([
  [{ type: 'stun-listening', listen: server }, 'STUN server listens on [2001:db8::1]:3478', 'none'],
  [
    { type: 'stun-received', ...request, message: message('Binding Request') },
    'STUN from 192.0.2.7:40000: Binding Request',
    'from-device',
  ],
  [
    {
      type: 'stun-received',
      ...request,
      message: message('Binding Request', attribute('CONNECTION-REQUEST-BINDING'), attribute('USERNAME')),
      username: 'cpe',
      integrity: [integrity(true), integrity(false)],
      retransmissionOf: 7,
    },
    'STUN from 192.0.2.7:40000: Binding Request with CONNECTION-REQUEST-BINDING, USERNAME, user "cpe", integrity padded or unpadded, again (first in 7)',
    'from-device',
  ],
  [
    {
      type: 'stun-received',
      ...request,
      ...{ ofDeviceUnderTest: false, integrity: [] },
      message: message('unknown', attribute('unknown')),
    },
    'STUN from 192.0.2.7:40000 (another device): unknown with unknown, integrity that matches nothing',
    'from-device',
  ],
  [
    {
      type: 'stun-sent',
      ...{ to: device, answers: 3, raw, mapped: server, truthful: false, because: 'a lie' },
      message: message('Binding Response', attribute('MAPPED-ADDRESS')),
    },
    'STUN to 192.0.2.7:40000: Binding Response with MAPPED-ADDRESS, mapped [2001:db8::1]:3478 (not the truth) (a lie)',
    'to-device',
  ],
  [
    {
      type: 'stun-sent',
      ...{ to: device, answers: 3, raw },
      message: message('Binding Error Response', attribute('ERROR-CODE', { error: 401 })),
    },
    'STUN to 192.0.2.7:40000: Binding Error Response with ERROR-CODE 401',
    'to-device',
  ],
  [
    { type: 'stun-withheld', answers: 3, because: 'the server is silent' },
    'STUN request in 3 is left without an answer: the server is silent',
    'none',
  ],
  [
    {
      type: 'datagram-received',
      ...{ from: device, to: server, ofDeviceUnderTest: true, problem: 'it is empty' },
      raw: { text: 'hello\r\n', length: 7 },
    },
    'Datagram of 7 bytes from 192.0.2.7:40000 that is no STUN message (it is empty): hello\\r\\n',
    'from-device',
  ],
  [
    { type: 'datagrams-not-recorded', count: 12, from: device },
    '12 more datagrams, the last from 192.0.2.7:40000, are not written down',
    'none',
  ],
  [
    {
      type: 'udp-cr-sent',
      ...{ request: 2, label: 'wrong signature', copy: 1, copies: 3, authorised: false },
      ...{ from: server, to: device, ts: '5', un: 'cpe', raw },
    },
    'UDP Connection Request 2 (wrong signature), copy 1 of 3, to 192.0.2.7:40000: ts 5, id none',
    'to-device',
  ],
  [
    { type: 'udp-cr-failed', request: 2, to: server, problem: 'ENETUNREACH' },
    'UDP Connection Request 2 did not reach [2001:db8::1]:3478: ENETUNREACH',
    'none',
  ],
])('is told in words and by its direction (%#)', (entry, words, direction) => {
  expect(lineOf(entry)).toBe(words)
  expect(directionOf({ seq: 1, at: 0, ...entry })).toBe(direction)
})

const word = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', '<', '"', '&', ' ', '\n', '\u0000', '\u202e', 'é', '😀'),
})
const text = fc.oneof(word, fc.constantFrom('cpe', ''))
const count = fc.nat(70_000)
const endpoint = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: count })
const body = fc.oneof(fc.record({ text, length: count }), fc.record({ base64: text, length: count }))
const stunMessage = fc.record({
  code: count,
  name: fc.constantFrom('Binding Request', 'Binding Response', 'Binding Error Response', 'unknown'),
  transaction: text,
  magicCookie: fc.boolean(),
  attributes: fc.array(
    fc.record(
      { code: count, name: text, length: count, hex: text, text, address: endpoint, error: count },
      { requiredKeys: ['code', 'name', 'length', 'hex'] },
    ),
    { maxLength: 64 },
  ),
})
const variant = fc.record({
  padded: fc.boolean(),
  lengthIncludesIntegrity: fc.boolean(),
  key: fc.constantFrom('password', 'long-term'),
})

/** Whatever may stand in an entry of each type, its optional parts there or not. */
const contents: Record<keyof typeof udpDescribers, fc.Arbitrary<object>> = {
  'stun-listening': fc.record({ listen: endpoint }),
  'stun-received': fc.record(
    {
      from: endpoint,
      to: endpoint,
      message: stunMessage,
      raw: body,
      problems: fc.constant([]),
      retransmissionOf: count,
      ofDeviceUnderTest: fc.boolean(),
      username: text,
      integrity: fc.array(variant, { maxLength: 3 }),
    },
    { requiredKeys: ['from', 'to', 'message', 'raw', 'problems', 'ofDeviceUnderTest'] },
  ),
  'stun-sent': fc.record(
    {
      to: endpoint,
      answers: count,
      message: stunMessage,
      raw: body,
      mapped: endpoint,
      truthful: fc.boolean(),
      because: text,
    },
    { requiredKeys: ['to', 'answers', 'message', 'raw'] },
  ),
  'stun-withheld': fc.record({ answers: count, because: text }),
  'datagram-received': fc.record({
    from: endpoint,
    to: endpoint,
    raw: body,
    ofDeviceUnderTest: fc.boolean(),
    problem: text,
  }),
  'datagrams-not-recorded': fc.record({ count, from: endpoint }),
  'udp-cr-sent': fc.record(
    {
      ...{ request: count, label: text, copy: count, copies: count, authorised: fc.boolean() },
      ...{ from: endpoint, to: endpoint, raw: body, ts: text, id: text, un: text, cn: text },
    },
    { requiredKeys: ['request', 'label', 'copy', 'copies', 'authorised', 'from', 'to', 'raw'] },
  ),
  'udp-cr-failed': fc.record({ request: count, to: endpoint, problem: text }),
}

test('whatever a peer sent, its entry is one line in words, with nothing undefined in it', () => {
  const entry = fc.oneof(
    ...Object.entries(contents).map(([type, content]) => content.map(more => ({ seq: 1, at: 0, type, ...more }))),
  )
  fc.assert(
    fc.property(entry, value => {
      const line = describeEntry(value as unknown as Entry)
      expect(line).toBe(visibleText(line))
      expect(line).toMatch(/^(STUN|Datagram|UDP|\d+ more datagrams)/)
      expect(line).not.toMatch(/undefined|NaN|\[object/)
    }),
    { numRuns: 1000 },
  )
})

test('an entry of these types with anything in it is one line all the same', () => {
  const entry = fc.tuple(fc.constantFrom(...Object.keys(contents)), fc.dictionary(fc.string(), fc.anything()))
  fc.assert(
    fc.property(entry, ([type, more]) => {
      const line = describeEntry({ ...more, type } as unknown as Entry)
      expect(line).toBe(visibleText(line))
    }),
  )
})

test('long texts of a peer are cut', () => {
  const long = 'x'.repeat(10_000)
  for (const entry of [
    { type: 'stun-received', ...request, message: message('Binding Request'), username: long },
    { type: 'datagram-received', ...request, problem: 'p', raw: { text: long, length: 10_000 } },
  ] as NewEntry[])
    expect(lineOf(entry).length).toBeLessThan(250)
})
