import type { Milliseconds } from '../../harness/clock/clock.ts'

/** What an entry was on the wire. */
export interface Traffic {
  packets: Buffer[]
  /** What the packets cannot show: how they differ from the wire. */
  remarks: string[]
  /** When it was over, where the entry was made later; on the clock of the run. */
  at?: Milliseconds
}

export const traffic = (packets: Buffer[], remarks: string[] = []): Traffic => ({ packets, remarks })
