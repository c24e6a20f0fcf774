import type { Milliseconds } from '../clock/clock.ts'

export type SaslMechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-1' | 'PLAIN'

/** SASL error conditions a scenario can answer with. RFC 6120 6.5 */
export type SaslCondition = 'not-authorized' | 'temporary-auth-failure' | 'account-disabled' | 'credentials-expired'

/** What the server does with the streams of clients. */
export interface StreamPolicy {
  /** `reset`: as a server that is not there; `silent`: the connection is accepted and nothing answered. */
  connections: 'serve' | 'reset' | 'silent'
  startTls: 'required' | 'offered' | 'none'
  /** Offered in this order. */
  mechanisms: readonly SaslMechanism[]
  /** Offers PLAIN also where the stream is not under TLS. */
  plainInClear: boolean
  /** Answers every authentication with this condition. */
  failAuthentication?: SaslCondition
  /** The JID that is bound for what the client asks; by default what it asks, with a made-up resource where it asks none. */
  bind?: (asked: { username: string; resource?: string }) => { username: string; resource: string }
  /** How long a stanza for a client is held back. */
  stanzaDelayMs: Milliseconds
}

/** An ordinary server. */
export const ordinaryPolicy: StreamPolicy = {
  connections: 'serve',
  startTls: 'offered',
  mechanisms: ['SCRAM-SHA-256', 'SCRAM-SHA-1', 'PLAIN'],
  plainInClear: false,
  stanzaDelayMs: 0,
}
