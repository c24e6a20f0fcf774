import type { EntryOf } from '../../harness/timeline/entry.ts'
import { slowness } from './acs-traffic.ts'
import { keptBytes } from './body-bytes.ts'
import { receivedResponse } from './http-message.ts'
import type { OwnAddress } from './own-address.ts'
import type { ForeseenEntry } from './request-connections.ts'
import type { TcpConnection, TcpConnections } from './tcp-connections.ts'
import { type Traffic, traffic } from './traffic.ts'

const kind = 'connection-request'
const dynamicPorts = { first: 49_152, count: 16_384 }

/** The packets of HTTP Connection Requests; `undefined` for any other entry. */
export function createConnectionRequestTraffic(
  connections: TcpConnections,
  own: OwnAddress,
): (foreseen: ForeseenEntry) => Traffic | undefined {
  const connecting = (entry: EntryOf<'http-cr-connecting'>, fate: ForeseenEntry['fate']): Traffic | undefined => {
    if (fate === undefined) return undefined
    if (fate !== 'unused') return traffic(connections.open(kind, entry.connection, fate).stream.connect())
    const address = entry.from ?? own.towards(entry.to.address)
    const from = { address, port: dynamicPorts.first + (entry.connection % dynamicPorts.count) }
    const { stream } = connections.open(kind, entry.connection, { from, to: entry.to })
    return traffic(stream.connect(), [
      `The port from which it was sent is not on the timeline: ${from.port} is made up.`,
    ])
  }

  const sent = (entry: EntryOf<'http-cr-sent'>): Traffic => {
    const known = connections.get(kind, entry.connection)
    const connection = known ?? connections.open(kind, entry.connection, entry)
    const begin = known === undefined ? connection.stream.connect() : []
    const { bytes, remarks } = keptBytes(entry.raw)
    return traffic([...begin, ...acceptance(connection), ...connection.stream.send('client', bytes)], remarks)
  }

  const answered = (entry: EntryOf<'http-cr-answered'>): Traffic | undefined => {
    const connection = connections.get(kind, entry.connection)
    if (connection === undefined) return undefined
    const { bytes, remarks } = receivedResponse(entry)
    const notes = [...remarks, ...slowness(entry.lastByteAt - entry.firstByteAt)]
    return { ...traffic(connection.stream.send('server', bytes), notes), at: entry.lastByteAt }
  }

  const unanswered = ({ connection: number, received, reason }: EntryOf<'http-cr-unanswered'>): Traffic | undefined => {
    const connection = connections.get(kind, number)
    if (connection === undefined) return undefined
    if (!connection.accepted) {
      connections.forget(kind, number)
      return traffic(reason === 'refused' || reason === 'reset' ? connection.stream.refuse() : [])
    }
    const { bytes, remarks } = received === undefined ? { bytes: Buffer.alloc(0), remarks: [] } : keptBytes(received)
    const packets = connection.stream.send('server', bytes)
    return traffic(
      [...packets, ...(reason === 'reset' ? connections.end(kind, number, 'server', 'reset') : [])],
      remarks,
    )
  }

  const closed = ({ connection: number, by }: EntryOf<'http-cr-closed'>): Traffic => {
    const connection = connections.get(kind, number)
    const begin = connection === undefined ? [] : acceptance(connection)
    return traffic([...begin, ...connections.end(kind, number, by === 'device' ? 'server' : 'client', 'close')])
  }

  return ({ entry, fate }) => {
    switch (entry.type) {
      case 'http-cr-connecting':
        return connecting(entry, fate)
      case 'http-cr-sent':
        return sent(entry)
      case 'http-cr-answered':
        return answered(entry)
      case 'http-cr-unanswered':
        return unanswered(entry)
      case 'http-cr-closed':
        return closed(entry)
      default:
        return undefined
    }
  }
}

/** When the device took the connection is not told; at the latest when something was sent on it. */
function acceptance(connection: TcpConnection): Buffer[] {
  if (connection.accepted) return []
  connection.accepted = true
  return connection.stream.accept()
}
