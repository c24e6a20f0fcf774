import { ipPacket, protocols, type Way } from './ip-packet.ts'

/** Control bits. RFC 9293 3.1 */
export const tcpFlags = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const

/** The most data in one segment, in bytes. */
export const segmentBytes = 1400

const window = 0xffff

export interface TcpSegment {
  sequence: number
  acknowledgement: number
  /** `tcpFlags`, added up. */
  flags: number
  data?: Buffer
}

/** A TCP segment in its IP packet. RFC 9293 3.1 */
export function tcpPacket(way: Way, { sequence, acknowledgement, flags, data }: TcpSegment): Buffer {
  const opening = (flags & tcpFlags.syn) !== 0
  const header = Buffer.alloc(opening ? 24 : 20)
  header.writeUInt16BE(way.from.port, 0)
  header.writeUInt16BE(way.to.port, 2)
  header.writeUInt32BE(sequence >>> 0, 4)
  header.writeUInt32BE(acknowledgement >>> 0, 8)
  header.writeUInt8((header.length / 4) << 4, 12)
  header.writeUInt8(flags, 13)
  header.writeUInt16BE((flags & tcpFlags.rst) === 0 ? window : 0, 14)
  if (opening) maximumSegmentSize.copy(header, 20)
  return ipPacket(way, protocols.tcp, data === undefined ? header : Buffer.concat([header, data]), 16)
}

/** RFC 9293 3.2 */
const maximumSegmentSize = Buffer.from([2, 4, segmentBytes >> 8, segmentBytes & 0xff])
