import type { Timing, TimingSeries } from './timings.ts'

/** A time with its place in the order of all of its series, from 0 to 1. */
export interface DrawnTime extends Timing {
  place: number
  beyond: boolean
}

/**
 * At most `most` of the times: all that are beyond the limit as far as they fit, the longest, and of the others
 * every so many.
 */
export function drawnTimes({ times, limit }: Pick<TimingSeries, 'times' | 'limit'>, most: number): DrawnTime[] {
  const last = Math.max(1, times.length - 1)
  const all = times.map((time, index) => ({
    ...time,
    place: times.length === 1 ? 0.5 : index / last,
    beyond: time.ms > limit.ms,
  }))
  if (all.length <= most) return all
  const longest = [...all].sort((a, b) => b.ms - a.ms).slice(0, Math.floor(most / 2))
  const drawn = new Set(longest)
  const others = all.filter(time => !drawn.has(time))
  const step = Math.ceil(others.length / (most - longest.length))
  return all.filter((time, index) => drawn.has(time) || index % step === 0).slice(0, most)
}
