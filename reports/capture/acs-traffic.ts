import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { keptBytes } from './body-bytes.ts'
import { receivedRequest, sentResponse } from './http-message.ts'
import type { TcpConnections } from './tcp-connections.ts'
import { type Traffic, traffic } from './traffic.ts'

/** The packets of the device's connections to the ACS; `undefined` for any other entry. */
export function createAcsTraffic(connections: TcpConnections): (entry: Entry) => Traffic | undefined {
  const received = (entry: EntryOf<'http-received'>): Traffic | undefined => {
    const connection = connections.get('acs', entry.connection)
    if (connection === undefined) return undefined
    connection.unanswered = true
    const { bytes, remarks } = receivedRequest(entry)
    return traffic(connection.stream.send('client', bytes), [
      ...remarks,
      ...slowness(entry.at - entry.firstByteAt),
      ...entry.problems.map(({ text }) => text),
    ])
  }

  const sent = (entry: EntryOf<'http-sent'>): Traffic | undefined => {
    const connection = connections.get('acs', entry.connection)
    if (connection === undefined) return undefined
    connection.unanswered = false
    const { bytes, remarks } = sentResponse(entry)
    return traffic(connection.stream.send('server', bytes), remarks)
  }

  /** What was read as a request before it was refused is there already. */
  const refused = ({ connection: number, raw }: EntryOf<'http-refused'>): Traffic | undefined => {
    const connection = connections.get('acs', number)
    const { bytes, remarks } = keptBytes(raw)
    if (connection === undefined || connection.unanswered || bytes.length === 0) return undefined
    const silence = 'It could not be read as HTTP; how the ACS answered it is not on the timeline.'
    return traffic(connection.stream.send('client', bytes), [...remarks, silence])
  }

  return entry => {
    switch (entry.type) {
      case 'connection-accepted': {
        const { stream } = connections.open('acs', entry.connection, entry)
        const decrypted = entry.tls ? ['It was TLS on the wire; what follows is what was inside.'] : []
        return traffic([...stream.connect(), ...stream.accept()], decrypted)
      }
      case 'http-received':
        return received(entry)
      case 'http-sent':
        return sent(entry)
      case 'http-refused':
        return refused(entry)
      case 'connection-closed': {
        const by = entry.by === 'device' ? 'client' : 'server'
        return traffic(connections.end('acs', entry.connection, by, entry.error === undefined ? 'close' : 'reset'))
      }
      default:
        return undefined
    }
  }
}

/** A message is shown at the time when it was complete. */
export const slowness = (ms: number): string[] =>
  ms < 1 ? [] : [`Its first byte came ${Math.round(ms * 10) / 10} ms before it was complete.`]
