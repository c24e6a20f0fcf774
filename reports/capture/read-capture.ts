/**
 * Reads a capture back, for tests: by the specifications alone, sharing nothing with what writes it.
 */

export interface ReadPacket {
  timeNs: bigint
  comments: string[]
  version: 4 | 6
  source: string
  destination: string
  sourcePort: number
  destinationPort: number
  /** Absent in UDP. */
  tcp?: { sequence: number; acknowledgement: number; flags: number }
  data: Buffer
  checksumsHold: boolean
}

/** The packets of a pcapng file of our kind; other blocks only have to be well framed. */
export function readCapture(file: Buffer): ReadPacket[] {
  const packets: ReadPacket[] = []
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32LE(at + 4)
    if (length % 4 !== 0 || file.readUInt32LE(at + length - 4) !== length) throw new Error(`A bad block is at ${at}.`)
    if (file.readUInt32LE(at) === 6) packets.push(readBlock(file.subarray(at + 8, at + length - 4)))
    at += length
  }
  return packets
}

/** A packet from its IP header on. */
export function readPacket(bytes: Buffer): Omit<ReadPacket, 'timeNs' | 'comments'> {
  const version = bytes.readUInt8(0) >> 4 === 4 ? 4 : 6
  const header = bytes.subarray(0, version === 4 ? 20 : 40)
  const payload = bytes.subarray(header.length)
  const protocol = header.readUInt8(version === 4 ? 9 : 6)
  const stated = version === 4 ? header.readUInt16BE(2) : header.readUInt16BE(4) + 40
  if (stated !== bytes.length) throw new Error(`The header says ${stated} bytes; there are ${bytes.length}.`)
  const addresses = version === 4 ? header.subarray(12, 20) : header.subarray(8, 40)
  const half = addresses.length / 2
  const pseudo = Buffer.concat([addresses, Buffer.from([0, protocol, payload.length >> 8, payload.length & 0xff])])
  const even = payload.length % 2 === 0 ? payload : Buffer.concat([payload, Buffer.alloc(1)])
  const dataAt = protocol === 6 ? (payload.readUInt8(12) >> 4) * 4 : 8
  return {
    version,
    source: addresses.subarray(0, half).toString('hex'),
    destination: addresses.subarray(half).toString('hex'),
    sourcePort: payload.readUInt16BE(0),
    destinationPort: payload.readUInt16BE(2),
    ...(protocol === 6
      ? {
          tcp: {
            sequence: payload.readUInt32BE(4),
            acknowledgement: payload.readUInt32BE(8),
            flags: payload.readUInt8(13),
          },
        }
      : {}),
    data: payload.subarray(dataAt),
    checksumsHold: (version === 6 || sumsToNothing(header)) && sumsToNothing(Buffer.concat([pseudo, even])),
  }
}

/** In one's complement arithmetic all words with their checksum add up to zero: as one number, a multiple of 0xffff. */
const sumsToNothing = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`) % 0xffffn === 0n

function readBlock(body: Buffer): ReadPacket {
  const timeNs = (BigInt(body.readUInt32LE(4)) << 32n) + BigInt(body.readUInt32LE(8))
  const length = body.readUInt32LE(12)
  const comments: string[] = []
  for (let at = 20 + Math.ceil(length / 4) * 4; at < body.length; ) {
    const code = body.readUInt16LE(at)
    const size = body.readUInt16LE(at + 2)
    if (code === 0) break
    if (code === 1) comments.push(body.toString('utf8', at + 4, at + 4 + size))
    at += 4 + Math.ceil(size / 4) * 4
  }
  return { timeNs, comments, ...readPacket(body.subarray(20, 20 + length)) }
}
