import type { Endpoint } from '../timeline/entry.ts'
import { writeAddress, xorAddress } from './address-attribute.ts'
import { attributeTypes } from './attribute-types.ts'
import { writeErrorCode } from './error-code.ts'
import { messageTypes } from './message-types.ts'
import { writeStunMessage } from './write-message.ts'

/**
 * MAPPED-ADDRESS comes first, for the devices of RFC 3489 that read it, XOR-MAPPED-ADDRESS after it for those of
 * RFC 5389.
 * @throws Error where the address is no IP address
 */
export function bindingResponse(transaction: Buffer, mapped: Endpoint): Buffer {
  const value = writeAddress(mapped)
  return writeStunMessage(messageTypes.bindingResponse, transaction, [
    { code: attributeTypes.mappedAddress, value },
    { code: attributeTypes.xorMappedAddress, value: xorAddress(value, transaction) },
  ])
}

/** RFC 3489 8.1 and 11.2.9 */
export const unauthorisedResponse = (transaction: Buffer): Buffer =>
  errorResponse(messageTypes.bindingErrorResponse, transaction, 401, 'Unauthorized')

/** The server has no other address and port to answer from; an ordinary answer would tell of a NAT that there is not. RFC 5780 6.1 */
export function changeRequestRefused(transaction: Buffer): Buffer {
  // An odd number of attributes is filled up by saying the last one again. RFC 3489 11.2.10
  const unknown = Buffer.alloc(4)
  unknown.writeUInt16BE(attributeTypes.changeRequest, 0)
  unknown.writeUInt16BE(attributeTypes.changeRequest, 2)
  return writeStunMessage(messageTypes.bindingErrorResponse, transaction, [
    { code: attributeTypes.errorCode, value: writeErrorCode(420, 'Unknown Attribute') },
    { code: attributeTypes.unknownAttributes, value: unknown },
  ])
}

/** Shared secrets are given over TLS only, and here not at all. RFC 3489 8.2 */
export const useTlsResponse = (transaction: Buffer): Buffer =>
  errorResponse(messageTypes.sharedSecretErrorResponse, transaction, 433, 'Use TLS')

const errorResponse = (code: number, transaction: Buffer, error: number, reason: string) =>
  writeStunMessage(code, transaction, [{ code: attributeTypes.errorCode, value: writeErrorCode(error, reason) }])
