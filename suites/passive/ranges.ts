import { formatDuration } from '../../harness/device/duration.ts'

/** "0.2 s to 1.4 s" */
export function rangeOf(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const [from, to] = [formatDuration(sorted[0] ?? 0), formatDuration(sorted.at(-1) ?? 0)]
  return from === to ? from : `${from} to ${to}`
}
