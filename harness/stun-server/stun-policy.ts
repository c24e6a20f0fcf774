import type { Milliseconds } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'

/** A request as policies see it. */
export interface StunRequest {
  /** The number of its entry on the timeline; 0 in a flood of which not everything is written down. */
  seq: number
  from: Endpoint
  /** CONNECTION-REQUEST-BINDING is in it, with whatever value: it came from the primary port, or claims to. */
  primary: boolean
  bindingChange: boolean
  retransmission: boolean
  ofDeviceUnderTest: boolean
  username?: string
  /** It has a MESSAGE-INTEGRITY that some variant matches. */
  authenticated: boolean
  /**
   * How many requests of the device under test came before it since the policy was set, retransmissions counted; for
   * another's request how many of others.
   */
  nth: number
}

/** A NAT that is only pretended: the device under test has another public address, and loses it when it is silent for too long. */
export interface PretendedNat {
  /** Public address; each new binding takes the next port. */
  address: string
  firstPort: number
  /** A binding that sent nothing for longer is gone: nothing reaches it from outside, and its next request gets a new port. */
  timeoutMs: Milliseconds
}

/** What the server does with Binding Requests. */
export interface StunPolicy {
  /** The address it tells as mapped; the true one by default. */
  mapped?: (request: StunRequest) => Endpoint
  /** Instead of `mapped`: bindings that come and go as behind a NAT. RESPONSE-ADDRESS is routed accordingly. */
  nat?: PretendedNat
  /**
   * `serve`, `silent` (no answer), `unauthorised` (401 unless the request is authenticated), `refuse` (401 in any
   * case), or by request.
   */
  answer: StunAnswer | ((request: StunRequest) => StunAnswer)
}

export type StunAnswer = 'serve' | 'silent' | 'unauthorised' | 'refuse'

/** An ordinary server that tells the truth. */
export const ordinaryStunPolicy: StunPolicy = { answer: 'serve' }
