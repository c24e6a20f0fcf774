import type { Milliseconds } from '../clock/clock.ts'

/** Bounds on what a peer may cost. */
export interface StreamLimits {
  /** Longest stanza, in bytes. RFC 6120 13.12 asks for at least 10000. */
  stanzaBytes: number
  /** Longest element before authentication. */
  unauthenticatedBytes: number
  /** Deepest nesting inside one stanza. */
  depth: number
  /** Attributes of one element. */
  attributes: number
  /** Elements and stretches of white space on one stream within a second. */
  elementsPerSecond: number
  /** Bytes on one stream within a second. */
  bytesPerSecond: number
  /** Connections at a time, and of them such that have not authenticated. */
  connections: number
  unauthenticatedConnections: number
  /** From the first byte to the bound resource. */
  negotiationMs: Milliseconds
  /** Bytes that may wait for a client that does not read. */
  unreadBytes: number
  /** Failed authentications per connection. RFC 6120 6.4.5 */
  authenticationFailures: number
}

export const ordinaryLimits: StreamLimits = {
  stanzaBytes: 262_144,
  unauthenticatedBytes: 16_384,
  depth: 64,
  attributes: 256,
  elementsPerSecond: 10_000,
  bytesPerSecond: 4_194_304,
  connections: 10_000,
  unauthenticatedConnections: 1000,
  negotiationMs: 60_000,
  unreadBytes: 4_194_304,
  authenticationFailures: 5,
}
