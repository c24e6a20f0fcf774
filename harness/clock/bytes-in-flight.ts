import type { Socket } from 'node:net'

/** Turns of the event loop that a peer gets to notice that the other end of its connection is gone. */
const turnsToNoticeClose = 200

interface End {
  socket: Socket
  closed: boolean
}

interface Connection {
  ends: End[]
  turnsSinceClose: number
}

/** Knows whether any byte is under way between two watched sockets. */
export interface BytesInFlight {
  watch(socket: Socket): void
  /** What is under way, in words; `undefined` when nothing is. */
  describe(): string | undefined
}

/**
 * Pairs the two ends of each connection by their addresses. A byte is in flight when one end wrote it and the
 * other has not read it yet; so is a close that the other end has not seen.
 */
export function createBytesInFlight(): BytesInFlight {
  const connecting = new Set<Socket>()
  const connections = new Map<string, Connection>()

  const pair = (socket: Socket) => {
    connecting.delete(socket)
    if (socket.destroyed) return
    const key = connectionKey(socket)
    let connection = connections.get(key)
    if (connection === undefined || connection.ends.every(end => end.closed)) {
      connection = { ends: [], turnsSinceClose: 0 }
      connections.set(key, connection)
    }
    const end = { socket, closed: false }
    connection.ends.push(end)
    const paired = connection
    socket.once('close', () => {
      end.closed = true
      if (paired.ends.every(other => other.closed) && connections.get(key) === paired) connections.delete(key)
    })
  }

  return {
    watch(socket) {
      if (!socket.connecting) return pair(socket)
      connecting.add(socket)
      socket.once('connect', () => pair(socket))
      socket.once('close', () => connecting.delete(socket))
    },
    describe() {
      for (const socket of connecting) if (!socket.destroyed) return 'a connection being opened'
      for (const [key, connection] of connections) {
        const underWay = between(connection)
        if (underWay !== undefined) return `${underWay} on ${key}`
      }
      return undefined
    },
  }
}

function between(connection: Connection): string | undefined {
  const [a, b] = connection.ends
  if (a === undefined || b === undefined) {
    const only = a ?? b
    return only !== undefined && !only.closed && only.socket.writableLength > 0 ? 'unsent bytes' : undefined
  }
  if (a.closed || b.closed || isEnding(a.socket) || isEnding(b.socket)) {
    if (a.closed && b.closed) return undefined
    if (hasSeenEnd(a, b) && hasSeenEnd(b, a)) return bytesBetween(a, b)
    return connection.turnsSinceClose++ < turnsToNoticeClose ? 'a close' : undefined
  }
  return bytesBetween(a, b)
}

function bytesBetween(a: End, b: End): string | undefined {
  if (a.closed || b.closed || a.socket.destroyed || b.socket.destroyed) return undefined
  const bytes = a.socket.bytesWritten - b.socket.bytesRead || b.socket.bytesWritten - a.socket.bytesRead
  return bytes === 0 ? undefined : `${Math.abs(bytes)} bytes`
}

const isEnding = (socket: Socket) => socket.destroyed || socket.writableEnded
/** Whether `other` has noticed that `end` sends nothing more. */
const hasSeenEnd = (end: End, other: End) =>
  !(end.closed || isEnding(end.socket)) || other.closed || other.socket.destroyed || other.socket.readableEnded

function connectionKey(socket: Socket): string {
  const local = `${plainAddress(socket.localAddress)}:${socket.localPort}`
  const remote = `${plainAddress(socket.remoteAddress)}:${socket.remotePort}`
  return local < remote ? `${local} - ${remote}` : `${remote} - ${local}`
}

const plainAddress = (address: string | undefined) => (address ?? '?').replace(/^::ffff:/, '')
