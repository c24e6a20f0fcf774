import type { Way } from './ip-packet.ts'
import { segmentBytes, tcpFlags, tcpPacket } from './tcp-packet.ts'

const { ack, fin, psh, rst, syn } = tcpFlags

/** So many segments go out before they are acknowledged: far less than the window holds. */
const segmentsAtOnce = 16

export type Side = 'client' | 'server'

/** The packets of one TCP connection, with the numbers that both ends have come to. Each call gives those to add. */
export interface TcpStream {
  connect(): Buffer[]
  /** The server takes the connection. */
  accept(): Buffer[]
  /** The server refuses the connection. */
  refuse(): Buffer[]
  /** Data of one side, cut into segments and acknowledged. */
  send(by: Side, data: Buffer): Buffer[]
  /** Both sides close, `by` first. */
  close(by: Side): Buffer[]
  reset(by: Side): Buffer[]
}

/**
 * @param way from the client to the server
 * @param initialSequence where the numbers of both sides begin; another one for each connection, because a pair of
 *   ports may come again
 */
export function createTcpStream(way: Way, initialSequence: number): TcpStream {
  const ways: Record<Side, Way> = { client: way, server: { from: way.to, to: way.from } }
  const next: Record<Side, number> = { client: initialSequence, server: initialSequence }

  const packet = (by: Side, flags: number, data?: Buffer): Buffer => {
    const bytes = tcpPacket(ways[by], {
      sequence: next[by],
      acknowledgement: (flags & ack) === 0 ? 0 : next[other(by)],
      flags,
      ...(data === undefined ? {} : { data }),
    })
    // SYN and FIN count as one byte each. RFC 9293 3.4
    next[by] += (data?.length ?? 0) + ((flags & (syn | fin)) === 0 ? 0 : 1)
    return bytes
  }

  return {
    connect: () => [packet('client', syn)],
    accept: () => [packet('server', syn | ack), packet('client', ack)],
    refuse: () => [packet('server', rst | ack)],
    send(by, data) {
      const packets: Buffer[] = []
      for (let begin = 0, count = 1; begin < data.length; begin += segmentBytes, count++) {
        const isLast = begin + segmentBytes >= data.length
        packets.push(packet(by, isLast ? ack | psh : ack, data.subarray(begin, begin + segmentBytes)))
        if (isLast || count % segmentsAtOnce === 0) packets.push(packet(other(by), ack))
      }
      return packets
    },
    close: by => [packet(by, fin | ack), packet(other(by), fin | ack), packet(by, ack)],
    reset: by => [packet(by, rst | ack)],
  }
}

const other = (side: Side): Side => (side === 'client' ? 'server' : 'client')
