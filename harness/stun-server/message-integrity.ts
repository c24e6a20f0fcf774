import { createHash, createHmac } from 'node:crypto'
import type { IntegrityVariant } from '../timeline/udp-entry.ts'
import { attributeTypes } from './attribute-types.ts'
import { headerBytes } from './message-types.ts'
import { type StunMessage, attributeOf } from './read-message.ts'
import { withoutPadding } from './username.ts'

const hmacBytes = 20
const attributeBytes = 4 + hmacBytes
const blockBytes = 64

/** RFC 3489 11.2.8: padded, with the length that the message has in the end, the password as the key. */
export const standardIntegrity: IntegrityVariant = { padded: true, lengthIncludesIntegrity: true, key: 'password' }

/**
 * Which ways of computing it lead to the MESSAGE-INTEGRITY of this message; empty where none does. An input that has a
 * multiple of 64 bytes anyway matches both with and without padding.
 */
export function matchingIntegrity(datagram: Buffer, message: StunMessage, password: string): IntegrityVariant[] {
  const integrity = attributeOf(message, attributeTypes.messageIntegrity)
  if (integrity?.value.length !== hmacBytes) return []
  const before = datagram.subarray(0, integrity.offset)
  const length = before.length - headerBytes
  // Where attributes follow, a device of RFC 3489 counts them too.
  const lengths = new Set([length + attributeBytes, message.length, length])
  const matching: IntegrityVariant[] = []
  for (const kind of kindsOfKey(message)) {
    const key = integrityKey(message, password, kind)
    for (const counted of lengths)
      for (const padded of [true, false])
        if (hmac(before, key, { padded, length: counted }).equals(integrity.value))
          matching.push({ padded, lengthIncludesIntegrity: counted !== length, key: kind })
  }
  return matching
}

/** The message with a MESSAGE-INTEGRITY at its end. */
export function withIntegrity(message: Buffer, key: string | Buffer, variant: IntegrityVariant): Buffer {
  const attribute = Buffer.alloc(attributeBytes)
  attribute.writeUInt16BE(attributeTypes.messageIntegrity, 0)
  attribute.writeUInt16BE(hmacBytes, 2)
  const length = message.length - headerBytes + (variant.lengthIncludesIntegrity ? attributeBytes : 0)
  hmac(message, key, { padded: variant.padded, length }).copy(attribute, 4)
  const whole = Buffer.concat([message, attribute])
  whole.writeUInt16BE(whole.length - headerBytes, 2)
  return whole
}

/** The key of RFC 5389 15.4 for the long-term mechanism. */
export const longTermKey = (username: string, realm: string, password: string): Buffer =>
  createHash('md5').update(`${username}:${realm}:${password}`).digest()

/** @param before the message up to its MESSAGE-INTEGRITY */
function hmac(before: Buffer, key: string | Buffer, { padded, length }: { padded: boolean; length: number }): Buffer {
  const input = Buffer.alloc(padded ? Math.ceil(before.length / blockBytes) * blockBytes : before.length)
  before.copy(input)
  input.writeUInt16BE(length, 2)
  return createHmac('sha1', key).update(input).digest()
}

/** The key of that kind for the user and the realm that the message names. */
export function integrityKey(message: StunMessage, password: string, kind: IntegrityVariant['key']): string | Buffer {
  if (kind === 'password') return password
  const username = withoutPadding(attributeOf(message, attributeTypes.username)?.value ?? Buffer.alloc(0))
  return longTermKey(username, attributeOf(message, attributeTypes.realm)?.value.toString('utf8') ?? '', password)
}

const kindsOfKey = (message: StunMessage): IntegrityVariant['key'][] =>
  attributeOf(message, attributeTypes.realm) === undefined ? ['password'] : ['password', 'long-term']
