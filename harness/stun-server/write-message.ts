import { headerBytes } from './message-types.ts'

export interface WrittenAttribute {
  code: number
  value: Buffer
}

/** A message without integrity. Values whose length is no multiple of 4 are filled up with zeros. RFC 5389 15 */
export function writeStunMessage(code: number, transaction: Buffer, attributes: readonly WrittenAttribute[]): Buffer {
  const length = attributes.reduce((sum, { value }) => sum + 4 + aligned(value.length), 0)
  const message = Buffer.alloc(headerBytes + length)
  message.writeUInt16BE(code, 0)
  message.writeUInt16BE(length, 2)
  transaction.copy(message, 4)
  let at = headerBytes
  for (const attribute of attributes) {
    message.writeUInt16BE(attribute.code, at)
    message.writeUInt16BE(attribute.value.length, at + 2)
    attribute.value.copy(message, at + 4)
    at += 4 + aligned(attribute.value.length)
  }
  return message
}

const aligned = (length: number) => Math.ceil(length / 4) * 4
