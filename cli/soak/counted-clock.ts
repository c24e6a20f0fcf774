import type { Clock } from '../../harness/clock/clock.ts'

/** A clock that knows how many wait for it. */
export interface CountedClock extends Clock {
  /** Timers that have neither fired nor been stopped. */
  readonly pending: number
}

/** Counts what waits for a clock. */
export function countTimers(clock: Clock): CountedClock {
  let pending = 0
  return {
    ...clock,
    async sleep(ms, signal) {
      pending++
      try {
        await clock.sleep(ms, signal)
      } finally {
        pending--
      }
    },
    get pending() {
      return pending
    },
  }
}
