import type { Endpoint } from '../../harness/timeline/wire-data.ts'
import { internetChecksum } from './internet-checksum.ts'
import { addressBytes, inOneFamily } from './ip-address.ts'

export const protocols = { tcp: 6, udp: 17 } as const

const hops = 64
const dontFragment = 0x4000

/** From where to where a packet goes. */
export interface Way {
  from: Endpoint
  to: Endpoint
}

/**
 * An IPv4 or IPv6 packet around a TCP segment or UDP datagram, whose checksum field must be zero: it is filled in.
 * RFC 791, RFC 8200
 * @param checksumAt where the checksum is in `payload`
 */
export function ipPacket(
  { from, to }: Way,
  protocol: (typeof protocols)[keyof typeof protocols],
  payload: Buffer,
  checksumAt: number,
): Buffer {
  const [source, destination] = inOneFamily(addressBytes(from.address), addressBytes(to.address))
  const checksum = internetChecksum(pseudoHeader(source, destination, protocol, payload.length), payload)
  // A checksum of zero would mean that there is none. RFC 768
  payload.writeUInt16BE(checksum === 0 && protocol === protocols.udp ? 0xffff : checksum, checksumAt)
  const header = source.length === 4 ? ipv4Header : ipv6Header
  return Buffer.concat([header(source, destination, protocol, payload.length), payload])
}

function ipv4Header(source: Buffer, destination: Buffer, protocol: number, length: number): Buffer {
  const header = Buffer.alloc(20)
  header.writeUInt8(0x45, 0)
  header.writeUInt16BE(header.length + length, 2)
  header.writeUInt16BE(dontFragment, 6)
  header.writeUInt8(hops, 8)
  header.writeUInt8(protocol, 9)
  source.copy(header, 12)
  destination.copy(header, 16)
  header.writeUInt16BE(internetChecksum(header), 10)
  return header
}

function ipv6Header(source: Buffer, destination: Buffer, protocol: number, length: number): Buffer {
  const header = Buffer.alloc(40)
  header.writeUInt8(0x60, 0)
  header.writeUInt16BE(length, 4)
  header.writeUInt8(protocol, 6)
  header.writeUInt8(hops, 7)
  source.copy(header, 8)
  destination.copy(header, 24)
  return header
}

/** What the checksums of TCP and UDP cover beside the segment. RFC 9293 3.1, RFC 8200 8.1 */
function pseudoHeader(source: Buffer, destination: Buffer, protocol: number, length: number): Buffer {
  const end = Buffer.alloc(8)
  end.writeUInt32BE(length, 0)
  end.writeUInt8(protocol, 7)
  return Buffer.concat([source, destination, end])
}
