import type { Way } from './ip-packet.ts'
import { createTcpStream, type Side, type TcpStream } from './tcp-stream.ts'

/** Whose numbers a connection's is one of. */
export type ConnectionKind = 'acs' | 'connection-request' | 'xmpp'

/** A TCP connection that is being opened or is open. */
export interface TcpConnection {
  readonly stream: TcpStream
  /** The server has taken it. */
  accepted: boolean
  /** A request was received on it and not answered yet. */
  unanswered: boolean
  /** It is closed by a reset, whatever the entry of its end says. */
  endsByReset: boolean
}

/** The connections of the moment. */
export interface TcpConnections {
  /** In the place of one that had the same number. */
  open(kind: ConnectionKind, number: number, way: Way): TcpConnection
  get(kind: ConnectionKind, number: number): TcpConnection | undefined
  /** The packets with which it ends; from here on it is not known. */
  end(kind: ConnectionKind, number: number, by: Side, how: 'close' | 'reset'): Buffer[]
  forget(kind: ConnectionKind, number: number): void
}

/** Between the first numbers of two connections; a prime, so that they do not come again soon. */
const sequenceStep = 64_007_017

export function createTcpConnections(): TcpConnections {
  const connections = new Map<string, TcpConnection>()
  let opened = 0
  const keyOf = (kind: ConnectionKind, number: number) => `${kind} ${number}`
  return {
    open(kind, number, way) {
      const stream = createTcpStream(way, (++opened * sequenceStep) % 2 ** 32)
      const connection = { stream, accepted: false, unanswered: false, endsByReset: false }
      connections.set(keyOf(kind, number), connection)
      return connection
    },
    get: (kind, number) => connections.get(keyOf(kind, number)),
    end(kind, number, by, how) {
      const connection = connections.get(keyOf(kind, number))
      connections.delete(keyOf(kind, number))
      if (connection === undefined) return []
      return how === 'reset' || connection.endsByReset ? connection.stream.reset(by) : connection.stream.close(by)
    },
    forget: (kind, number) => void connections.delete(keyOf(kind, number)),
  }
}
