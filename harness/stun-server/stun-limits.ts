import type { Milliseconds } from '../clock/clock.ts'

/** Bounds on what whoever sends datagrams may cost. */
export interface StunLimits {
  /** Longest STUN message; of a longer datagram only the beginning is written down. */
  datagramBytes: number
  /** So much of a datagram that is no STUN message is written down. */
  keptBytes: number
  /** Attributes of one message. */
  attributes: number
  /** Bytes of one attribute that are written down. */
  attributeKeptBytes: number
  /** Datagrams that are written down in a row, and how many more each second; those above are only counted. */
  recordedAtOnce: number
  recordedPerSecond: number
  /** Of them such that are not of the device under test, in each second: altogether, and from one address. */
  recordedOfOthersPerSecond: number
  recordedPerSourcePerSecond: number
  /** Datagrams not of the device under test that are written down in the whole run. */
  recordedOfOthers: number
  /** Datagrams of the device under test that are written down so; of those above, only so many within a second. */
  recordedOfDevice: number
  recordedOfDevicePerSecondThen: number
  /** How long another copy of a request is known as such. The last copy leaves after 7.9 s. RFC 3489 9.3 */
  retransmissionMs: Milliseconds
  /** Requests remembered for that; and as many addresses told as mapped, and bindings of the pretended NAT. */
  remembered: number
  /** What the operating system may keep until it is read. */
  receiveBufferBytes: number
}

export const ordinaryStunLimits: StunLimits = {
  datagramBytes: 2048,
  keptBytes: 512,
  attributes: 64,
  attributeKeptBytes: 128,
  recordedAtOnce: 1000,
  recordedPerSecond: 100,
  recordedOfOthersPerSecond: 500,
  recordedPerSourcePerSecond: 200,
  recordedOfOthers: 20_000,
  recordedOfDevice: 50_000,
  recordedOfDevicePerSecondThen: 10,
  retransmissionMs: 10_000,
  remembered: 4096,
  receiveBufferBytes: 4 * 1024 * 1024,
}
