import type { Bounds, Sample } from './growth.ts'

/** One part of the soak, done. */
export interface Phase {
  samples: Sample[]
  /** Verdicts that a conforming device must not have had. */
  surprises: string[]
  bounds: Bounds
  /** What one is done of: "minute". */
  unit: string
  /** What was done, in words. */
  done: string
}
