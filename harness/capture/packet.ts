import type { Endpoint } from '../timeline/entry.ts'

/** One packet of a capture as far as it matters here. */
export interface Packet {
  /** Its number in the capture, from 1. */
  frame: number
  /** Seconds since 1970, and nanoseconds. */
  time: CaptureTime
  from: Endpoint
  to: Endpoint
  tcp?: Segment
  /** The bytes of a UDP datagram, as far as they were captured. */
  datagram?: { bytes: Buffer; length: number }
  /** An ICMP error: `from` and `to` are those of the datagram that it returns. */
  returned?: true
  /** What tshark read inside TLS. */
  decrypted: Buffer[]
  comments: string[]
}

export interface CaptureTime {
  seconds: number
  nanoseconds: number
}

export interface Segment {
  /** tshark's number of the connection: ports that are used again make another one. */
  stream: number
  flags: number
  /** Counted from the first that was seen. */
  sequence: number
  /** Bytes on the wire, also where fewer were captured. */
  length: number
  bytes: Buffer
}

export const segmentFlags = { fin: 0x01, syn: 0x02, rst: 0x04, ack: 0x10 } as const

/** Between the values of a field that occurs more than once in a packet. */
export const valueSeparator = '\x1f'

/** The fields tshark is asked for, in the order in which a line has them. */
export const packetFields = [
  'frame.number',
  'frame.time_epoch',
  'ip.src',
  'ip.dst',
  'ipv6.src',
  'ipv6.dst',
  'tcp.stream',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.flags',
  'tcp.seq',
  'tcp.len',
  'udp.srcport',
  'udp.dstport',
  'udp.length',
  'icmp.type',
  'icmpv6.type',
  'tcp.payload',
  'udp.payload',
] as const

/** Asked for only where they can be there. */
export const decryptedField = 'data.data'
export const commentField = 'frame.comment'

/** What the fields of a line are, besides `packetFields`. */
export interface FurtherFields {
  decrypted: boolean
  comments: boolean
}

const udpHeaderBytes = 8

/**
 * Reads a line of tshark's output. Of a field that occurs several times, as in tunnels, the innermost counts.
 * @param line its bytes, one character each
 * @returns `undefined` where it is neither TCP nor UDP over IP
 */
export function readPacket(line: string, further: FurtherFields): Packet | undefined {
  const values = line.split('\t')
  const rest = values.slice(packetFields.length)
  const decrypted = further.decrypted ? all(rest.shift()).map(bytesOf) : []
  const comments = further.comments ? all(rest.shift()).map(text => Buffer.from(text, 'latin1').toString()) : []
  // Most packets have no field twice.
  const inner = line.includes(valueSeparator) ? values.map(last) : values
  const [number, epoch, source4, destination4, source6, destination6, stream, sourcePort, destinationPort] = inner
  const [flags, sequence, length, udpSource, udpDestination, udpLength, icmp, icmp6, tcpPayload, udpPayload] =
    inner.slice(9)
  const frame = Number(number)
  const time = readTime(epoch ?? '')
  const source = source6 || source4
  const destination = destination6 || destination4
  if (!Number.isSafeInteger(frame) || frame < 1 || time === undefined || !source || !destination) return undefined
  const isTcp = stream !== undefined && stream !== '' && sourcePort !== undefined && sourcePort !== ''
  if (!isTcp && !udpSource) return undefined
  const from = { address: source, port: portOf(isTcp ? sourcePort : udpSource) }
  const to = { address: destination, port: portOf(isTcp ? destinationPort : udpDestination) }
  const packet: Packet = { frame, time, from, to, decrypted, comments }
  if (icmp || icmp6) return isTcp ? undefined : { ...packet, returned: true }
  if (!isTcp) {
    const bytes = bytesOf(udpPayload)
    const stated = Number(udpLength) - udpHeaderBytes
    packet.datagram = { bytes, length: Number.isFinite(stated) ? Math.max(stated, bytes.length) : bytes.length }
    return packet
  }
  const bytes = bytesOf(tcpPayload)
  packet.tcp = {
    stream: whole(stream),
    flags: Number(flags) || 0,
    sequence: whole(sequence),
    length: Math.max(whole(length), bytes.length),
    bytes,
  }
  return packet
}

/** "1795361656.477000000", or a date and time as newer versions may write it. */
function readTime(text: string): CaptureTime | undefined {
  const plain = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text)
  if (plain) return { seconds: Number(plain[1]), nanoseconds: Number((plain[2] ?? '').padEnd(9, '0')) }
  const [, whole = '', fraction = ''] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text) ?? []
  const ms = Date.parse(`${whole}Z`)
  return Number.isNaN(ms) ? undefined : { seconds: ms / 1000, nanoseconds: Number(fraction.padEnd(9, '0')) }
}

/** The last of the values of a field. */
function last(field: string): string {
  const at = field.lastIndexOf(valueSeparator)
  return at < 0 ? field : field.slice(at + 1)
}

const all = (field: string | undefined): string[] => (field ? field.split(valueSeparator) : [])

const whole = (text: string | undefined): number => {
  const value = Number(text)
  return Number.isSafeInteger(value) && value >= 0 ? value : 0
}

const portOf = (text: string | undefined): number => {
  const port = whole(text)
  return port < 65_536 ? port : 0
}

/** Hexadecimal digits, in older versions with colons. */
const bytesOf = (hex = ''): Buffer => Buffer.from(hex[2] === ':' ? hex.replaceAll(':', '') : hex, 'hex')
