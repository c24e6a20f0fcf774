import { ipPacket, protocols, type Way } from './ip-packet.ts'

const headerBytes = 8
/** What fits into one IPv4 packet. */
export const longestDatagram = 65_535 - 20 - headerBytes

/** A UDP datagram in its IP packet; what is beyond `longestDatagram` is left out. RFC 768 */
export function udpPacket(way: Way, data: Buffer): Buffer {
  const kept = data.subarray(0, longestDatagram)
  const header = Buffer.alloc(headerBytes)
  header.writeUInt16BE(way.from.port, 0)
  header.writeUInt16BE(way.to.port, 2)
  header.writeUInt16BE(headerBytes + kept.length, 4)
  return ipPacket(way, protocols.udp, Buffer.concat([header, kept]), 6)
}
