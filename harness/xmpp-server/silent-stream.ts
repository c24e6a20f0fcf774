import { randomBytes } from 'node:crypto'
import type { Connection, ConnectionUser } from './connection.ts'
import { isStanza } from './stanza-error.ts'
import { StreamReader } from './stream-reader.ts'
import { type RecordedStream, recordReceived } from './stream-record.ts'
import type { StreamSurroundings } from './xmpp-stream.ts'

/** Reads and records what a client sends, and never answers. What is no XML is read and forgotten. */
export function createSilentStream(connection: Connection, { timeline, limits }: StreamSurroundings): ConnectionUser {
  const reader = new StreamReader(limits, limits.unauthenticatedBytes)
  const stream: RecordedStream = { connection: connection.number, stream: '', tls: false }
  return {
    received(bytes) {
      reader.push(bytes)
      for (let item = reader.next(); item !== undefined; item = reader.next()) {
        if (item.kind === 'problem') return
        if (item.kind === 'element')
          recordReceived(timeline, stream, isStanza(item.element) ? 'stanza' : 'nonza', item.raw, item.element)
        else recordReceived(timeline, stream, item.kind, item.raw)
        if (item.kind !== 'header') continue
        const { to, from, version } = item.header.attributes
        stream.stream = randomBytes(8).toString('hex')
        timeline.add({
          type: 'xmpp-stream-opened',
          connection: connection.number,
          stream: stream.stream,
          tls: false,
          ...(to === undefined ? {} : { to }),
          ...(from === undefined ? {} : { from }),
          ...(version === undefined ? {} : { version }),
        })
      }
    },
    secured() {},
    overflowed() {},
    closed() {
      if (stream.stream === '') return
      timeline.add({ type: 'xmpp-stream-ended', connection: connection.number, stream: stream.stream, how: 'lost' })
    },
  }
}
