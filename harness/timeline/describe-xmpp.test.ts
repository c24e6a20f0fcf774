import fc from 'fast-check'
import { expect, test } from 'vitest'
import { describe as describeEntry, directionOf } from './describe.ts'
import { xmppDescribers } from './describe-xmpp.ts'
import type { Entry, NewEntry } from './entry.ts'
import { visibleText } from './visible-text.ts'

const lineOf = (entry: NewEntry) => describeEntry({ seq: 1, at: 0, ...entry })
const body = { text: '<iq/>', length: 5 }

test.each([
  [
    { type: 'xmpp-listening', for: 'clients', listen: { address: '::1', port: 5222 }, domain: 'xmpp.test' },
    'XMPP server for xmpp.test listens on [::1]:5222 for devices',
    'none',
  ],
  [
    {
      type: 'xmpp-connection-accepted',
      ...{ connection: 3, for: 'clients', handling: 'reset' },
      from: { address: '192.0.2.7', port: 40_000 },
      to: { address: '192.0.2.1', port: 5222 },
    },
    'XMPP connection 3 from 192.0.2.7:40000, reset',
    'from-device',
  ],
  [
    { type: 'xmpp-connection-closed', connection: 3, by: 'peer', error: 'ECONNRESET', bytesRead: 1, bytesWritten: 2 },
    'XMPP connection 3 closed by the device (ECONNRESET)',
    'from-device',
  ],
  [
    { type: 'xmpp-tls-established', connection: 3, how: 'starttls', protocol: 'TLSv1.3' },
    'XMPP connection 3: TLS established, TLSv1.3 by STARTTLS',
    'none',
  ],
  [
    { type: 'xmpp-stream-opened', connection: 3, stream: 's1', tls: true, to: 'xmpp.test', restartAfter: 'sasl' },
    'XMPP stream s1 opened on connection 3 to "xmpp.test", under TLS, restart after SASL',
    'from-device',
  ],
  [
    { type: 'xmpp-received', connection: 3, tls: false, what: 'stanza', raw: body },
    'XMPP 3 from the device: <iq/>',
    'from-device',
  ],
  [
    { type: 'xmpp-sent', connection: 3, tls: true, jid: 'cpe@xmpp.test/1', what: 'end', raw: body, because: 'dropped' },
    'XMPP 3 (TLS) to cpe@xmpp.test/1: </stream:stream> (dropped)',
    'to-device',
  ],
  [
    {
      type: 'xmpp-authenticated',
      ...{ connection: 3, mechanism: 'PLAIN', username: 'cpe', ok: false, tls: false },
      condition: 'not-authorized',
    },
    'XMPP connection 3: refused (not-authorized) as "cpe" by PLAIN in clear',
    'none',
  ],
  [
    { type: 'xmpp-stream-error', connection: 3, by: 'server', condition: 'conflict', text: 'replaced' },
    'XMPP connection 3: stream error conflict from the server: replaced',
    'to-device',
  ],
  [
    { type: 'xmpp-stream-ended', connection: 3, stream: 's1', how: 'lost', jid: 'cpe@xmpp.test/1' },
    'XMPP stream s1 of cpe@xmpp.test/1 ended: lost',
    'none',
  ],
  [
    {
      type: 'xmpp-cr-answered',
      ...{ request: 2, id: 'i', kind: 'error', condition: 'service-unavailable', content: [], answeredBy: 'server' },
      ...{ nth: 2, sentAt: 10, receivedAt: 22.34, raw: body },
    },
    'XMPP Connection Request 2 answered again (2) by the server: error service-unavailable, after 12.3 ms',
    'from-device',
  ],
  [
    { type: 'xmpp-cr-unanswered', request: 2, id: 'i', waitedMs: 10_000, reason: 'timeout' },
    'XMPP Connection Request 2 not answered within 10 s: timeout',
    'none',
  ],
  [
    { type: 'xmpp-stray-stanza', name: 'message', id: 'i', content: [], raw: body },
    'Stanza from the device that answers nothing: message i',
    'from-device',
  ],
] as [NewEntry, string, string][])('is told in words and by its direction (%#)', (entry, words, direction) => {
  expect(lineOf(entry)).toBe(words)
  expect(directionOf({ seq: 1, at: 0, ...entry })).toBe(direction)
})

const word = fc.string({
  unit: fc.constantFrom('a', 'Z', '0', '<', '"', '&', ' ', '\n', '\u0000', '\u202e', 'é', '😀'),
})
const text = fc.oneof(word, fc.constantFrom('cpe@xmpp.test/1', ''))
const count = fc.nat(70_000)
const endpoint = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: count })
const raw = fc.oneof(fc.record({ text, length: count }), fc.record({ base64: text, length: count }))
const traffic = fc.record(
  {
    connection: count,
    tls: fc.boolean(),
    what: fc.constantFrom('header', 'features', 'nonza', 'stanza', 'whitespace', 'end'),
    raw,
    jid: text,
    name: text,
    id: text,
    because: text,
  },
  { requiredKeys: ['connection', 'tls', 'what', 'raw'] },
)
const by = fc.constantFrom('peer', 'server')

/** Whatever may stand in an entry of each type, its optional parts there or not. */
const contents: Record<keyof typeof xmppDescribers, fc.Arbitrary<object>> = {
  'xmpp-listening': fc.record({
    for: fc.constantFrom('clients', 'clients-direct-tls', 'components'),
    listen: endpoint,
    domain: text,
  }),
  'xmpp-connection-accepted': fc.record({
    connection: count,
    from: endpoint,
    to: endpoint,
    handling: fc.constantFrom('served', 'reset', 'silent'),
  }),
  'xmpp-connection-closed': fc.record({ connection: count, by, error: text }, { requiredKeys: ['connection', 'by'] }),
  'xmpp-tls-established': fc.record({ connection: count, how: fc.constantFrom('starttls', 'direct'), protocol: text }),
  'xmpp-tls-failed': fc.record({ connection: count, reason: text }),
  'xmpp-stream-opened': fc.record(
    { connection: count, stream: text, tls: fc.boolean(), to: text, restartAfter: fc.constantFrom('tls', 'sasl') },
    { requiredKeys: ['connection', 'stream', 'tls'] },
  ),
  'xmpp-received': traffic,
  'xmpp-sent': traffic,
  'xmpp-authenticated': fc.record(
    { connection: count, mechanism: text, username: text, ok: fc.boolean(), tls: fc.boolean(), condition: text },
    { requiredKeys: ['connection', 'mechanism', 'username', 'ok', 'tls'] },
  ),
  'xmpp-bound': fc.record({ connection: count, stream: text, username: text, jid: text, tls: fc.boolean() }),
  'xmpp-stream-error': fc.record(
    { connection: count, by, condition: text, text },
    { requiredKeys: ['connection', 'by', 'condition'] },
  ),
  'xmpp-stream-ended': fc.record(
    { connection: count, stream: text, how: fc.constantFrom('lost', 'dropped'), jid: text },
    { requiredKeys: ['connection', 'stream', 'how'] },
  ),
  'xmpp-cr-sent': fc.record({ request: count, label: text, id: text, from: text, to: text, form: text }),
  'xmpp-cr-answered': fc.record(
    {
      request: count,
      kind: fc.constantFrom('result', 'error'),
      answeredBy: fc.constantFrom('device', 'server', 'unknown'),
      nth: fc.integer({ min: 1, max: 3 }),
      sentAt: count,
      receivedAt: count,
      condition: text,
    },
    { requiredKeys: ['request', 'kind', 'answeredBy', 'nth', 'sentAt', 'receivedAt'] },
  ),
  'xmpp-cr-unanswered': fc.record({
    request: count,
    waitedMs: count,
    reason: fc.constantFrom('timeout', 'stream-ended'),
  }),
  'xmpp-stray-stanza': fc.record({ name: text, stanzaType: text, id: text, from: text }, { requiredKeys: ['name'] }),
}

test('whatever a peer sent, its entry is one line in words, with nothing undefined in it', () => {
  const entry = fc.oneof(
    ...Object.entries(contents).map(([type, content]) => content.map(more => ({ seq: 1, at: 0, type, ...more }))),
  )
  fc.assert(
    fc.property(entry, value => {
      const line = describeEntry(value as unknown as Entry)
      expect(line).toBe(visibleText(line))
      expect(line).toMatch(/^(XMPP|Stanza) /)
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

test('a long stanza is cut', () => {
  const raw = { text: 'x'.repeat(10_000), length: 10_000 }
  expect(lineOf({ type: 'xmpp-received', connection: 1, tls: false, what: 'stanza', raw }).length).toBeLessThan(200)
})
