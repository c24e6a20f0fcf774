import type { Clock } from '../../clock/clock.ts'

/** Gives the `ts` of UDP Connection Requests. */
export interface Timestamps {
  /** Greater than every one before: the seconds of the wall clock, or one more than the last. */
  next(): number
  /** The greatest that was given or used; 0 before the first. */
  readonly last: number
  /** One that did not come from here was used, and later ones must be greater. */
  used(ts: number): void
}

/**
 * A device takes a request only if its `ts` is greater than that of the last one it accepted (G.2.1.4), also over
 * runs: it begins above `last`.
 * @param options.last the greatest `ts` that this device has been sent in earlier runs
 * @param options.onUsed called with each greater `ts` that did not come from here
 */
export function createTimestamps(options: {
  clock: Clock
  last: () => number
  onUsed?: (ts: number) => void
}): Timestamps {
  const { clock, last: earlier, onUsed } = options
  let greatest: number | undefined
  const known = () => {
    greatest ??= earlier()
    return greatest
  }
  return {
    next() {
      greatest = Math.max(known() + 1, Math.floor(clock.wallTime().getTime() / 1000))
      return greatest
    },
    get last() {
      return known()
    },
    used(ts) {
      if (ts <= known()) return
      greatest = ts
      onUsed?.(ts)
    },
  }
}
