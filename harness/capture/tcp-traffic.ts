import type { Milliseconds } from '../clock/clock.ts'
import { type CapturedConnection, otherSide, type Side, type Spoken } from './connection.ts'
import type { Conversation } from './http-conversation.ts'
import { requestBegin } from './http-request-reader.ts'
import { type Packet, type Segment, segmentFlags } from './packet.ts'
import { createTcpDirection, type TcpDirection } from './tcp-direction.ts'

const { ack, fin, rst, syn } = segmentFlags

/** Who reads what is said on connections. */
export interface TcpListener {
  /** What is spoken is known: who reads it? `undefined` where nobody does. */
  conversation(connection: CapturedConnection): Conversation | undefined
  closed(connection: CapturedConnection, by: Side, at: Milliseconds): void
}

/** All TCP connections of a capture. */
export interface TcpTraffic {
  packet(packet: Packet, segment: Segment, at: Milliseconds): void
  /** The capture ends. */
  end(at: Milliseconds): void
  readonly connections: readonly CapturedConnection[]
  /** Segments that came again or out of order. */
  readonly repeated: number
  /** Packets of connections beyond those that are followed. */
  readonly leftOut: number
  /** Places where bytes are missing that were on the wire. */
  readonly gaps: number
}

interface Followed {
  connection: CapturedConnection
  directions: Record<Side, TcpDirection>
  conversation?: Conversation
  ended: Partial<Record<Side, true>>
}

/** @param most connections that are followed */
export function createTcpTraffic(options: {
  listener: TcpListener
  most: number
  nextOrder: () => number
}): TcpTraffic {
  const { listener, most, nextOrder } = options
  const followed = new Map<number, Followed>()
  const connections: CapturedConnection[] = []
  let repeated = 0
  let leftOut = 0
  let gaps = 0

  const begin = ({ from, to }: Packet, { stream, flags, bytes }: Segment, at: Milliseconds): Followed | undefined => {
    if (connections.length >= most) return undefined
    const isAnswer = (flags & (syn | ack)) === (syn | ack) || speaksFirst(bytes) === 'server'
    const connection: CapturedConnection = {
      number: connections.length + 1,
      ...(isAnswer || (from.port < to.port && (flags & syn) === 0 && speaksFirst(bytes) !== 'client')
        ? { from: to, to: from }
        : { from, to }),
      ...{ spoken: 'nothing yet', tls: false, begunAt: at, begunOrder: nextOrder(), beginSeen: (flags & syn) !== 0 },
      ...{ attempts: 0, lastAttemptAt: at, bytes: { client: 0, server: 0 } },
      ...{ ofComponent: false, exchanges: [], acsDrafts: [], xmppDrafts: [] },
    }
    connections.push(connection)
    const directions = { client: createTcpDirection(), server: createTcpDirection() }
    const begun: Followed = { connection, directions, ended: {} }
    followed.set(stream, begun)
    return begun
  }

  const openings = (connection: CapturedConnection, side: Side, { flags }: Segment, at: Milliseconds) => {
    if ((flags & syn) !== 0 && side === 'client') {
      connection.attempts++
      connection.lastAttemptAt = at
    } else if ((flags & syn) !== 0 && connection.acceptedAt === undefined) {
      connection.acceptedAt = at
      connection.acceptedOrder = nextOrder()
    } else if (side === 'client' && (flags & ack) !== 0 && connection.acceptedAt !== undefined)
      connection.establishedAt ??= at
  }

  const converse = (each: Followed, side: Side, bytes: Buffer, at: Milliseconds) => {
    const { connection } = each
    if (connection.spoken === 'nothing yet') {
      const spoken = spokenBy(bytes, side)
      // Where the capture began in the midst of it, what can be read may yet begin.
      if (spoken === 'something else' && !connection.beginSeen) return
      connection.spoken = spoken
      if (spoken !== 'tls') establish(each)
    }
    each.conversation?.bytes(side, bytes, at)
  }

  const establish = (each: Followed) => {
    const conversation = listener.conversation(each.connection)
    if (conversation !== undefined) each.conversation = conversation
  }

  /** What was inside TLS, in the order in which it was decrypted. */
  const decrypted = (each: Followed, side: Side, pieces: readonly Buffer[], at: Milliseconds) => {
    for (const bytes of pieces) {
      if (bytes.length === 0) continue
      if (!each.connection.tls) {
        each.connection.tls = true
        each.connection.spoken = spokenBy(bytes, side)
        establish(each)
      }
      each.conversation?.bytes(side, bytes, at)
    }
  }

  const close = (stream: number, each: Followed, by: Side, how: 'close' | 'reset', at: Milliseconds) => {
    const { connection } = each
    if (connection.closed !== undefined) return
    for (const side of ['client', 'server'] as const) tell(each, side, each.directions[side].end(at))
    connection.closed = { at, order: 0, by, reset: how === 'reset' }
    each.conversation?.closed(how, at)
    connection.closed.order = nextOrder()
    listener.closed(connection, by, at)
    release(stream, each)
  }

  const release = (stream: number, each: Followed) => {
    repeated += each.directions.client.repeated + each.directions.server.repeated
    followed.delete(stream)
  }

  const tell = (each: Followed, side: Side, arrivals: ReturnType<TcpDirection['push']>) => {
    for (const arrival of arrivals) {
      if (arrival.kind === 'gap') {
        gaps++
        each.conversation?.gap(side, arrival.at)
      } else if (!isEncrypted(each.connection)) converse(each, side, arrival.bytes, arrival.at)
    }
  }

  const isEncrypted = ({ spoken, tls }: CapturedConnection) => spoken === 'tls' || tls
  const closedStreams = new Set<number>()

  return {
    packet(packet, segment, at) {
      if (closedStreams.has(segment.stream)) return
      const each = followed.get(segment.stream) ?? begin(packet, segment, at)
      if (each === undefined) {
        leftOut++
        return
      }
      const { connection } = each
      const side: Side = isFrom(packet, connection) ? 'client' : 'server'
      const { flags } = segment
      openings(connection, side, segment, at)
      connection.bytes[side] += segment.length
      tell(each, side, each.directions[side].push(segment, at))
      if (isEncrypted(connection)) decrypted(each, side, packet.decrypted, at)
      if ((flags & rst) !== 0) {
        closedStreams.add(segment.stream)
        if (side === 'server' && connection.acceptedAt === undefined && connection.beginSeen) {
          connection.refusedAt = at
          connection.refusedOrder = nextOrder()
          return release(segment.stream, each)
        }
        return close(segment.stream, each, connection.closing ?? side, 'reset', at)
      }
      if ((flags & fin) === 0 || each.ended[side]) return
      connection.closing ??= side
      each.ended[side] = true
      tell(each, side, each.directions[side].end(at))
      each.conversation?.ended(side, at)
      if (!each.ended[otherSide(side)]) return
      closedStreams.add(segment.stream)
      close(segment.stream, each, connection.closing, 'close', at)
    },
    end(at) {
      for (const [stream, each] of followed) {
        for (const side of ['client', 'server'] as const) tell(each, side, each.directions[side].end(at))
        if (each.connection.closing !== undefined) close(stream, each, each.connection.closing, 'close', at)
        else release(stream, each)
      }
    },
    connections,
    get repeated() {
      return repeated
    },
    get leftOut() {
      return leftOut
    },
    get gaps() {
      return gaps
    },
  }
}

const isFrom = ({ from }: Packet, { from: client }: CapturedConnection) =>
  from.port === client.port && from.address === client.address

/** Which side says what begins so; `undefined` where that is not clear. */
function speaksFirst(bytes: Buffer): Side | undefined {
  const begin = bytes.toString('latin1', 0, 64)
  if (/^HTTP\/\d/.test(begin)) return 'server'
  return requestBegin.test(begin) && /^\S+ (?:\/|https?:|\*)/.test(begin) ? 'client' : undefined
}

function spokenBy(bytes: Buffer, side: Side): Spoken {
  if (bytes[0] === 0x16 && bytes[1] === 0x03) return 'tls'
  const begin = bytes.toString('latin1', 0, 256)
  if (/^\s*(?:<\?xml[^>]*>\s*)?<stream:stream\b/.test(begin)) return 'xmpp'
  if (side === 'server' ? /^HTTP\/\d/i.test(begin) : requestBegin.test(begin)) return 'http'
  return 'something else'
}
