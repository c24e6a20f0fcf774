import type { SyntaxProblem } from './entry.ts'
import type { Body, Endpoint } from './wire-data.ts'

/** How MESSAGE-INTEGRITY may have been computed; devices differ in it. RFC 3489 11.2.8 */
export interface IntegrityVariant {
  /** Zeros fill the input up to a multiple of 64 bytes (RFC 3489), or not. */
  padded: boolean
  /** The header's length counts the 24 bytes of the attribute, or not. */
  lengthIncludesIntegrity: boolean
  /** The key is the password as it is, or the long-term key of RFC 5389. */
  key: 'password' | 'long-term'
}

/** A STUN attribute as it came. */
export interface StunAttribute {
  /** For example 0xC001. */
  code: number
  /** The name, or `unknown`. */
  name: string
  /** The length field of the attribute. */
  length: number
  /** The value in hexadecimal digits, cut where it is very long; an HMAC is left out. */
  hex: string
  /** USERNAME without its padding, or what else reads as text. */
  text?: string
  /** MAPPED-ADDRESS, RESPONSE-ADDRESS and their like. */
  address?: Endpoint
  /** ERROR-CODE: class × 100 + number. */
  error?: number
}

/** A STUN message as it was read, without any judgement. RFC 3489 11 */
export interface StunMessageRecord {
  /** For example 0x0001. */
  code: number
  name:
    | 'Binding Request'
    | 'Binding Response'
    | 'Binding Error Response'
    | 'Shared Secret Request'
    | 'Shared Secret Error Response'
    | 'unknown'
  /** 32 hexadecimal digits. */
  transaction: string
  /** The magic cookie of RFC 5389 begins the transaction id. */
  magicCookie: boolean
  attributes: StunAttribute[]
}

/** What stands on the timeline of the STUN server. Annex G, RFC 3489 */
export interface StunEntries {
  'stun-listening': { listen: Endpoint }
  'stun-received': {
    from: Endpoint
    /** Where it arrived. */
    to: Endpoint
    message: StunMessageRecord
    raw: Body
    problems: SyntaxProblem[]
    /** The entry of the request of which this is another copy: the same transaction id from the same place. */
    retransmissionOf?: number
    /** From the host of the device under test, or with its user name. */
    ofDeviceUnderTest: boolean
    /** USERNAME without its padding, where there is one. */
    username?: string
    /** What the MESSAGE-INTEGRITY matched; empty where nothing matches or the user is unknown. Absent without one. */
    integrity?: IntegrityVariant[]
  }
  'stun-sent': {
    to: Endpoint
    /** The entry of the request that this answers. */
    answers: number
    message: StunMessageRecord
    raw: Body
    /** The address that was told as mapped, where one was. */
    mapped?: Endpoint
    /** Whether that is where the request came from. */
    truthful?: boolean
    /** Why this was sent when it is not the ordinary course. */
    because?: string
  }
  /** A request was left without an answer on purpose. */
  'stun-withheld': { answers: number; because: string }
  /** A datagram that is no STUN message; never one from the device is expected. */
  'datagram-received': { from: Endpoint; to: Endpoint; raw: Body; ofDeviceUnderTest: boolean; problem: string }
  /** More came in a second than is written down. */
  'datagrams-not-recorded': { count: number; from: Endpoint }
}

/** What stands on the timeline of UDP Connection Requests. G.2.2.3 */
export interface UdpConnectionRequestEntries {
  /** One datagram; the copies of a request share its number. */
  'udp-cr-sent': {
    request: number
    /** In the scenario's words, for example `wrong signature`. */
    label: string
    /** 1 for the first copy. */
    copy: number
    copies: number
    /** Whether the device should accept it. */
    authorised: boolean
    from: Endpoint
    to: Endpoint
    /** The values of the query; absent where a parameter was left out. The signature is redacted. */
    ts?: string
    id?: string
    un?: string
    cn?: string
    raw: Body
  }
  /** The network said that nobody is there (ICMP), or the datagram could not be sent. */
  'udp-cr-failed': { request: number; to: Endpoint; problem: string }
}
