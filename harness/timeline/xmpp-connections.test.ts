import { expect, test } from 'vitest'
import type { EntryOf, NewEntry } from './entry.ts'
import { timelineOf } from './timeline.ts'
import { xmppConnections } from './xmpp-connections.ts'

const timeline = (...entries: NewEntry[]) =>
  timelineOf(entries.map((entry, index) => ({ seq: index + 1, at: index, ...entry })))

const place = { address: '192.0.2.1', port: 5222 }
const accepted = (
  connection: number,
  of: EntryOf<'xmpp-connection-accepted'>['for'] = 'clients',
  handling: EntryOf<'xmpp-connection-accepted'>['handling'] = 'served',
): NewEntry => ({ type: 'xmpp-connection-accepted', connection, for: of, from: place, to: place, handling })
const opened = (connection: number): NewEntry => ({ type: 'xmpp-stream-opened', connection, stream: 's', tls: false })
const authenticated = (connection: number, ok: boolean): NewEntry => ({
  type: 'xmpp-authenticated',
  ...{ connection, mechanism: 'PLAIN', username: 'cpe', ok, tls: true },
})
const bound = (connection: number): NewEntry => ({
  type: 'xmpp-bound',
  ...{ connection, stream: 's', username: 'cpe', jid: 'cpe@xmpp.test/1', tls: true },
})
const ended = (connection: number): NewEntry => ({
  type: 'xmpp-stream-ended',
  ...{ connection, stream: 's', how: 'lost' },
})
const closed = (connection: number): NewEntry => ({
  type: 'xmpp-connection-closed',
  ...{ connection, by: 'peer', bytesRead: 0, bytesWritten: 0 },
})
const received = (connection: number): NewEntry => ({
  type: 'xmpp-received',
  ...{ connection, tls: true, what: 'whitespace', raw: { length: 1 } },
})

test('a connection has all that was negotiated on it, however it mixes with others', () => {
  const [first, second] = xmppConnections(
    timeline(
      accepted(1),
      accepted(2),
      opened(1),
      opened(2),
      { type: 'xmpp-tls-established', connection: 1, how: 'starttls', protocol: 'TLSv1.3' },
      { type: 'xmpp-tls-failed', connection: 2, reason: 'unknown ca' },
      opened(1),
      authenticated(1, false),
      authenticated(1, true),
      bound(1),
      received(1),
      { type: 'xmpp-stream-error', connection: 1, by: 'server', condition: 'conflict' },
      ended(1),
      closed(1),
    ),
  )
  expect(first).toMatchObject({
    connection: 1,
    accepted: { seq: 1 },
    headers: [{ seq: 3 }, { seq: 7 }],
    tls: { seq: 5 },
    tlsFailed: undefined,
    authentications: [{ ok: false }, { ok: true }],
    bound: { seq: 10 },
    received: [{ seq: 11 }],
    streamErrors: [{ condition: 'conflict' }],
    ended: { seq: 13 },
    closed: { seq: 14 },
  })
  expect(second).toMatchObject({
    headers: [{ seq: 4 }],
    tls: undefined,
    tlsFailed: { reason: 'unknown ca' },
    bound: undefined,
    ended: undefined,
    closed: undefined,
  })
})

test('components are no devices; direct TLS, refused and silent connections are', () => {
  const all = xmppConnections(
    timeline(
      accepted(1, 'components'),
      opened(1),
      accepted(2, 'clients-direct-tls'),
      accepted(3, 'clients', 'reset'),
      accepted(4, 'clients', 'silent'),
    ),
  )
  expect(all.map(({ connection }) => connection)).toEqual([2, 3, 4])
})

test('what came on a connection from before the stretch is left out', () => {
  expect(xmppConnections(timeline(opened(1), bound(1), closed(1)))).toEqual([])
})

test('connections of the ACS with the same number are other ones', () => {
  const [connection] = xmppConnections(
    timeline(accepted(1), {
      type: 'connection-closed',
      ...{ connection: 1, by: 'acs', bytesRead: 0, bytesWritten: 0 },
    }),
  )
  expect(connection?.closed).toBeUndefined()
})
