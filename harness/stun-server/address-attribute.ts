import type { Endpoint } from '../timeline/entry.ts'
import { bytesOfAddress, textOfAddress } from './ip-address.ts'

/** IPv4 and IPv6. RFC 3489 11.2.1, RFC 5389 15.1 */
const addressBytes = new Map([
  [1, 4],
  [2, 16],
])

/**
 * The value of MAPPED-ADDRESS and its like.
 * @throws Error where the address is no IP address
 */
export function writeAddress({ address, port }: Endpoint): Buffer {
  const bytes = bytesOfAddress(address)
  const value = Buffer.allocUnsafe(4 + bytes.length)
  value[0] = 0
  value[1] = bytes.length === 4 ? 1 : 2
  value.writeUInt16BE(port, 2)
  bytes.copy(value, 4)
  return value
}

/** The address in such a value; `undefined` where there is none. The byte before the family says nothing. */
export function readAddress(value: Buffer): Endpoint | undefined {
  if (value.length < 4) return undefined
  const length = addressBytes.get(value[1] ?? 0)
  if (length === undefined || value.length !== 4 + length) return undefined
  return { address: textOfAddress(value.subarray(4)), port: value.readUInt16BE(2) }
}

/**
 * MAPPED-ADDRESS to XOR-MAPPED-ADDRESS, and back. The key stands at the places where RFC 5389 has the cookie and the
 * rest of the id, so that it also works with the ids of RFC 3489. RFC 5389 15.2
 */
export function xorAddress(value: Buffer, transaction: Buffer): Buffer {
  const changed = Buffer.from(value)
  for (let at = 2; at < changed.length; at++) {
    const key = transaction[at < 4 ? at - 2 : at - 4] ?? 0
    changed[at] = (changed[at] ?? 0) ^ key
  }
  return changed
}
