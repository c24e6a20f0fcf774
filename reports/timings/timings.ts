import type { Limit } from '../../harness/verdict/limit.ts'

export type TimedTransport = 'http' | 'udp' | 'xmpp'

/** `answer`: from a request to the last byte of its reply. `session`: from the success reply to the attempt. */
export type TimingKind = 'answer' | 'session'

/** One measured time. */
export interface Timing {
  /** The entry that ends it: the reply, or the session's Inform. */
  seq: number
  ms: number
  /** How far off it can be, in milliseconds. */
  uncertaintyMs: number
  /** The scenario in which it was measured, if any. */
  scenario?: string
  /** What came: `401 Unauthorized`, `result`, `session 4`. */
  what: string
}

/** All times of one kind over one transport, in the order in which they were measured; never empty. */
export interface TimingSeries {
  transport: TimedTransport
  kind: TimingKind
  limit: Limit
  times: Timing[]
}

export interface Timings {
  series: TimingSeries[]
}
