import { entryComment } from '../../harness/timeline/entry-comment.ts'

/**
 * The blocks of a pcapng file, little-endian. Only what a capture of one raw IP interface needs.
 * draft-ietf-opsawg-pcapng
 */

const sectionHeader = 0x0a0d0d0a
const interfaceDescription = 1
const enhancedPacket = 6
const byteOrderMagic = 0x1a2b3c4d
/** LINKTYPE_RAW: each packet begins with its IPv4 or IPv6 header. */
const rawIp = 101

const options = {
  comment: 1,
  interfaceName: 2,
  interfaceDescription: 3,
  application: 4,
  timeResolution: 9,
} as const

/** An option's length field has 16 bits; this is far below, and more than a person reads. */
const longestText = 4000
/** Of a comment that programs read nothing can be cut: a longer one is left out. */
const longestEntry = 60_000

/** One packet of the capture. */
export interface CapturedPacket {
  /** Nanoseconds since 1970-01-01 UTC. */
  timeNs: bigint
  /** From the IP header on. */
  bytes: Buffer
  /** Each is an option of its own. */
  comments: readonly string[]
}

/** The first block: what wrote the file, and remarks on all of it. */
export function sectionHeaderBlock(application: string, comments: readonly string[]): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32LE(byteOrderMagic, 0)
  head.writeUInt16LE(1, 4)
  head.writeBigInt64LE(-1n, 8)
  return block(sectionHeader, [head, ...comments.map(commentOption), textOption(options.application, application)])
}

/** The only interface: raw IP, time stamps in nanoseconds, packets of any length. */
export function interfaceBlock(name: string, description: string): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(rawIp, 0)
  return block(interfaceDescription, [
    head,
    textOption(options.interfaceName, name),
    textOption(options.interfaceDescription, description),
    option(options.timeResolution, Buffer.from([9])),
  ])
}

/** A packet on the only interface. */
export function packetBlock({ timeNs, bytes, comments }: CapturedPacket): Buffer {
  const head = Buffer.alloc(20)
  head.writeUInt32LE(Number(timeNs >> 32n), 4)
  head.writeUInt32LE(Number(timeNs & 0xffffffffn), 8)
  head.writeUInt32LE(bytes.length, 12)
  head.writeUInt32LE(bytes.length, 16)
  return block(enhancedPacket, [head, padded(bytes), ...comments.map(commentOption)])
}

function block(type: number, parts: readonly Buffer[]): Buffer {
  const end = Buffer.alloc(4)
  const body = Buffer.concat([...parts, end])
  const frame = Buffer.alloc(8)
  const length = body.length + 12
  frame.writeUInt32LE(type, 0)
  frame.writeUInt32LE(length, 4)
  const tail = Buffer.alloc(4)
  tail.writeUInt32LE(length, 0)
  return Buffer.concat([frame, body, tail])
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16LE(code, 0)
  head.writeUInt16LE(value.length, 2)
  return Buffer.concat([head, padded(value)])
}

const textOption = (code: number, text: string) => option(code, Buffer.from(shortened(text)))
function commentOption(text: string): Buffer {
  if (!text.startsWith(entryComment)) return textOption(options.comment, text)
  return text.length > longestEntry ? Buffer.alloc(0) : option(options.comment, Buffer.from(text))
}

const shortened = (text: string) => (text.length > longestText ? `${text.slice(0, longestText)} …` : text)

const padded = (bytes: Buffer) =>
  bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))])
