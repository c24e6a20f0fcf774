import type { Timing, TimingSeries } from './timings.ts'

/** What is said of many times in few words. */
export interface TimingSummary {
  count: number
  median: number
  smallest: Timing
  largest: Timing
  /** How many are longer than the limit. */
  beyond: number
}

export function summaryOf({ times, limit }: Pick<TimingSeries, 'times' | 'limit'>): TimingSummary {
  const sorted = [...times].sort((a, b) => a.ms - b.ms)
  const middle = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[middle]!.ms : (sorted[middle - 1]!.ms + sorted[middle]!.ms) / 2
  return {
    count: sorted.length,
    median,
    smallest: sorted[0]!,
    largest: sorted.at(-1)!,
    beyond: sorted.filter(({ ms }) => ms > limit.ms).length,
  }
}
