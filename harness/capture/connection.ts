import type { Milliseconds } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { Draft } from './draft.ts'
import type { HttpExchange } from './http-exchange.ts'

export type Side = 'client' | 'server'

export const otherSide = (side: Side): Side => (side === 'client' ? 'server' : 'client')

/** What is spoken on a connection, as its first bytes tell. */
export type Spoken = 'nothing yet' | 'http' | 'xmpp' | 'tls' | 'something else'

/** A TCP connection of the capture. */
export interface CapturedConnection {
  readonly number: number
  /** The client. */
  from: Endpoint
  /** The server. */
  to: Endpoint
  spoken: Spoken
  /** What is read was inside TLS. */
  tls: boolean
  /** Its first packet, and the place of that in the order. */
  begunAt: Milliseconds
  begunOrder: number
  /** Its beginning is in the capture. */
  beginSeen: boolean
  /** SYNs of the client, and the last of them. */
  attempts: number
  lastAttemptAt: Milliseconds
  /** The server took it. */
  acceptedAt?: Milliseconds
  acceptedOrder?: number
  /** The client knows that it was taken: from its SYN to here a packet went there and one came back. */
  establishedAt?: Milliseconds
  /** The server's RST to the SYN. */
  refusedAt?: Milliseconds
  refusedOrder?: number
  closing?: Side
  closed?: { at: Milliseconds; order: number; by: Side; reset: boolean }
  bytes: Record<Side, number>
  /** HTTP requests on it, in their order. */
  exchanges: HttpExchange[]
  /** It is one of an XMPP component: of the ACS. */
  ofComponent: boolean
  /** The device whose sessions it carried. */
  device?: string
  /** Entries that stand only if it turns out to be one of the device to its ACS. */
  acsDrafts: Draft[]
  /** The same for one of the device to its XMPP server. */
  xmppDrafts: Draft[]
}
