/** A bound in milliseconds and who chose it. A profile may lengthen `ours`, never `spec`. */
export interface Limit {
  ms: number
  source: 'spec' | 'ours'
  /** The clause for `spec`, the reason for `ours`. */
  why: string
}

/** A limit that the standard sets. @param clause where, for example `TR-069 3.2.2.1` */
export const spec = (seconds: number, clause: string): Limit => ({ ms: seconds * 1000, source: 'spec', why: clause })

/** A limit that we chose. @param reason why this long */
export const ours = (seconds: number, reason: string): Limit => ({ ms: seconds * 1000, source: 'ours', why: reason })
