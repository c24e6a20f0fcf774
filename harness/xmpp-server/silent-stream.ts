import { randomBytes } from 'node:crypto'
import type { Connection, ConnectionUser } from './connection.ts'
import { isStanza } from './stanza-error.ts'
import { sumPerSecond } from './per-second.ts'
import { StreamReader } from './stream-reader.ts'
import { type RecordedStream, recordReceived } from './stream-record.ts'
import type { StreamSurroundings } from './xmpp-stream.ts'

/**
 * Reads and records what a client sends, and never answers. What is no XML is read and forgotten, and so is everything
 * that comes after a flood.
 */
export function createSilentStream(connection: Connection, surroundings: StreamSurroundings): ConnectionUser {
  const { clock, timeline, limits } = surroundings
  const reader = new StreamReader(limits, limits.unauthenticatedBytes)
  const stream: RecordedStream = { connection: connection.number, stream: '', tls: false, authenticated: false }
  const bytesThisSecond = sumPerSecond(clock)
  const itemsThisSecond = sumPerSecond(clock)
  let flooded = false
  return {
    received(bytes) {
      flooded ||= bytesThisSecond(bytes.length) > limits.bytesPerSecond
      if (flooded) return
      reader.push(bytes)
      for (let item = reader.next(); item !== undefined; item = reader.next()) {
        flooded = itemsThisSecond(1) > limits.elementsPerSecond
        if (flooded) return
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
    overflowed() {},
    closed() {
      if (stream.stream === '') return
      timeline.add({ type: 'xmpp-stream-ended', connection: connection.number, stream: stream.stream, how: 'lost' })
    },
  }
}
