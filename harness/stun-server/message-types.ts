import type { StunMessageRecord } from '../timeline/udp-entry.ts'

/** RFC 3489 11.1; the transaction id fills the header up. */
export const headerBytes = 20

/** RFC 3489 11.1 */
export const messageTypes = {
  bindingRequest: 0x0001,
  sharedSecretRequest: 0x0002,
  bindingResponse: 0x0101,
  bindingErrorResponse: 0x0111,
  sharedSecretErrorResponse: 0x0112,
} as const

const names = new Map<number, StunMessageRecord['name']>([
  [messageTypes.bindingRequest, 'Binding Request'],
  [messageTypes.sharedSecretRequest, 'Shared Secret Request'],
  [messageTypes.bindingResponse, 'Binding Response'],
  [messageTypes.bindingErrorResponse, 'Binding Error Response'],
  [messageTypes.sharedSecretErrorResponse, 'Shared Secret Error Response'],
])

export const messageName = (code: number): StunMessageRecord['name'] => names.get(code) ?? 'unknown'

/** What begins the transaction id of RFC 5389 clients. */
export const magicCookie = 0x2112a442
