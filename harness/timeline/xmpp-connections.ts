import type { EntryOf } from './entry.ts'
import { entriesOf, type Timeline } from './timeline.ts'

/** One TCP connection of a device to the embedded XMPP server, with what was negotiated on it. */
export interface XmppConnection {
  connection: number
  accepted: EntryOf<'xmpp-connection-accepted'>
  /** Stream headers of the device in their order. */
  headers: EntryOf<'xmpp-stream-opened'>[]
  tls: EntryOf<'xmpp-tls-established'> | undefined
  tlsFailed: EntryOf<'xmpp-tls-failed'> | undefined
  /** Every attempt to authenticate. */
  authentications: EntryOf<'xmpp-authenticated'>[]
  bound: EntryOf<'xmpp-bound'> | undefined
  /** The end of its last stream. */
  ended: EntryOf<'xmpp-stream-ended'> | undefined
  closed: EntryOf<'xmpp-connection-closed'> | undefined
  /** What the device sent. */
  received: EntryOf<'xmpp-received'>[]
  streamErrors: EntryOf<'xmpp-stream-error'>[]
}

/** Every connection of a device that was accepted in this stretch, in order; what came later on it is there too. */
export function xmppConnections(timeline: Timeline): XmppConnection[] {
  const accepted = entriesOf(timeline, 'xmpp-connection-accepted').filter(entry => entry.for !== 'components')
  const found = new Map(
    accepted.map((entry): [number, XmppConnection] => [
      entry.connection,
      {
        connection: entry.connection,
        accepted: entry,
        headers: [],
        tls: undefined,
        tlsFailed: undefined,
        authentications: [],
        bound: undefined,
        ended: undefined,
        closed: undefined,
        received: [],
        streamErrors: [],
      },
    ]),
  )
  for (const entry of timeline.entries) {
    const connection = 'connection' in entry ? found.get(entry.connection) : undefined
    if (!connection) continue
    if (entry.type === 'xmpp-stream-opened') connection.headers.push(entry)
    else if (entry.type === 'xmpp-tls-established') connection.tls = entry
    else if (entry.type === 'xmpp-tls-failed') connection.tlsFailed = entry
    else if (entry.type === 'xmpp-authenticated') connection.authentications.push(entry)
    else if (entry.type === 'xmpp-bound') connection.bound = entry
    else if (entry.type === 'xmpp-stream-ended') connection.ended = entry
    else if (entry.type === 'xmpp-connection-closed') connection.closed = entry
    else if (entry.type === 'xmpp-received') connection.received.push(entry)
    else if (entry.type === 'xmpp-stream-error') connection.streamErrors.push(entry)
  }
  return [...found.values()]
}
