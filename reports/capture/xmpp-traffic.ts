import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { keptBytes } from './body-bytes.ts'
import type { TcpConnections } from './tcp-connections.ts'
import type { Side } from './tcp-stream.ts'
import { type Traffic, traffic } from './traffic.ts'

/** The packets of the connections to the embedded XMPP server, decrypted; `undefined` for any other entry. */
export function createXmppTraffic(connections: TcpConnections): (entry: Entry) => Traffic | undefined {
  const piece = (entry: EntryOf<'xmpp-received'> | EntryOf<'xmpp-sent'>, by: Side): Traffic | undefined => {
    const connection = connections.get('xmpp', entry.connection)
    if (connection === undefined) return undefined
    const { bytes, remarks } = keptBytes(entry.raw)
    const decrypted = entry.tls ? ['It was inside TLS on the wire.'] : []
    return traffic(connection.stream.send(by, bytes), [...remarks, ...decrypted])
  }

  return entry => {
    switch (entry.type) {
      case 'xmpp-connection-accepted': {
        const connection = connections.open('xmpp', entry.connection, entry)
        connection.endsByReset = entry.handling === 'reset'
        return traffic([...connection.stream.connect(), ...connection.stream.accept()])
      }
      case 'xmpp-received':
        return piece(entry, 'client')
      case 'xmpp-sent':
        return piece(entry, 'server')
      case 'xmpp-connection-closed': {
        const by = entry.by === 'peer' ? 'client' : 'server'
        return traffic(connections.end('xmpp', entry.connection, by, entry.error === undefined ? 'close' : 'reset'))
      }
      default:
        return undefined
    }
  }
}
