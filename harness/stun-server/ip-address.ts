import { isIPv4 } from 'node:net'

/**
 * The 4 or 16 bytes of an IP address; a zone (`%eth0`) is left out.
 * @throws Error where the text is no IP address
 */
export function bytesOfAddress(address: string): Buffer {
  const bytes = isIPv4(address) ? bytesOfIPv4(address) : bytesOfIPv6(withoutZone(address))
  if (bytes === undefined) throw new Error(`"${address}" is no IP address.`)
  return bytes
}

/** The text of 4 or 16 bytes, as RFC 5952 writes it; an IPv4-mapped address is written as IPv4. */
export function textOfAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, index) => ((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0))
  if (groups.slice(0, 5).every(group => group === 0) && groups[5] === 0xffff) return bytes.subarray(12).join('.')
  const [from, length] = longestZeros(groups)
  const hex = (part: number[]) => part.map(group => group.toString(16)).join(':')
  return length < 2 ? hex(groups) : `${hex(groups.slice(0, from))}::${hex(groups.slice(from + length))}`
}

/** An address as a dual-stack socket shows it: IPv4 without `::ffff:` before it. */
export const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address

export function withoutZone(address: string): string {
  const zone = address.indexOf('%')
  return zone < 0 ? address : address.slice(0, zone)
}

/** By hand, because each answer needs it. */
function bytesOfIPv4(address: string): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  let byte = 0
  let at = 0
  for (let index = 0; index < address.length; index++) {
    const character = address.charCodeAt(index)
    if (character === dot) {
      bytes[at++] = byte
      byte = 0
    } else byte = byte * 10 + character - zero
  }
  bytes[at] = byte
  return bytes
}

const dot = '.'.charCodeAt(0)
const zero = '0'.charCodeAt(0)

function bytesOfIPv6(address: string): Buffer | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)
  if (embedded) {
    const tail = bytesOfAddress(embedded[2] ?? '')
    return bytesOfIPv6(`${embedded[1]}${tail.readUInt16BE(0).toString(16)}:${tail.readUInt16BE(2).toString(16)}`)
  }
  const [head = '', tail, ...more] = address.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = 8 - before.length - after.length
  if (more.length > 0 || (tail === undefined ? zeros !== 0 : zeros < 1)) return undefined
  const groups = [...before, ...Array.from({ length: zeros }, () => '0'), ...after]
  if (!groups.every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  const bytes = Buffer.alloc(16)
  for (const [index, group] of groups.entries()) bytes.writeUInt16BE(Number.parseInt(group, 16), 2 * index)
  return bytes
}

/** Where the first of the longest stretches of zeros begins, and its length. */
function longestZeros(groups: readonly number[]): [from: number, length: number] {
  let best: [number, number] = [0, 0]
  for (let from = 0; from < groups.length; from++) {
    let length = 0
    while (groups[from + length] === 0) length++
    if (length > best[1]) best = [from, length]
  }
  return best
}
