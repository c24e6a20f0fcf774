import { isIPv4, isIPv6 } from 'node:net'

/**
 * The 4 or 16 bytes of an address without its zone; an IPv4 address in IPv6 form counts as IPv4. What is no address
 * (a name, or nothing) gives the unspecified IPv4 address.
 */
export function addressBytes(address: string): Buffer {
  const plain = address.replace(/%.*$/s, '').replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIPv4(plain)) return Buffer.from(plain.split('.').map(Number))
  return isIPv6(plain) ? ipv6Bytes(plain) : Buffer.alloc(4)
}

/** Both addresses in the same family: the IPv4 one becomes IPv4-mapped where the other one is IPv6. RFC 4291 2.5.5.2 */
export function inOneFamily(one: Buffer, other: Buffer): [Buffer, Buffer] {
  return one.length === other.length ? [one, other] : [mapped(one), mapped(other)]
}

/** Neither `0.0.0.0` nor `::` nor something that is no address. */
export const isSpecified = (address: string): boolean => addressBytes(address).some(byte => byte !== 0)

export const isLoopback = (address: string): boolean => {
  const bytes = addressBytes(address)
  return bytes.length === 4 ? bytes[0] === 127 : bytes.readUInt8(15) === 1 && bytes.subarray(0, 15).every(b => b === 0)
}

const mapped = (bytes: Buffer) =>
  bytes.length === 16 ? bytes : Buffer.concat([Buffer.alloc(10), Buffer.from([0xff, 0xff]), bytes])

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::')
  const front = groups(head)
  const back = groups(tail ?? '')
  return Buffer.concat([front, Buffer.alloc(16 - front.length - back.length), back])
}

function groups(text: string): Buffer {
  const parts = text === '' ? [] : text.split(':')
  return Buffer.concat(
    parts.map(part =>
      part.includes('.') ? Buffer.from(part.split('.').map(Number)) : Buffer.from(part.padStart(4, '0'), 'hex'),
    ),
  )
}
