import type { Milliseconds } from '../../harness/clock/clock.ts'

/** When an unanswered request is sent, counted from its first copy. RFC 3489 9.3 */
const standardSends: readonly Milliseconds[] = [0, 100, 300, 700, 1500, 3100, 4700, 6300, 7900]

/** Each step may be off by so much, and the shortest by what networks and timers are. */
const tolerance = { part: 0.2, leastMs: 50 }

/** So many copies may get lost. */
const losses = 2

/** Whether copies were sent about when RFC 3489 says; a step may be several where copies got lost. */
export function isStandardSchedule(offsets: readonly Milliseconds[]): boolean {
  if (offsets.length < standardSends.length - losses) return false
  const starts = standardSends.slice(0, losses + 1).map((_, index) => index)
  return starts.some(start => follows(offsets, start))
}

/** Whether the steps are those of the standard, the first copy that was seen being the one numbered `start`. */
function follows(offsets: readonly Milliseconds[], start: number): boolean {
  let position = start
  for (const [index, offset] of offsets.slice(1).entries()) {
    const step = offset - (offsets[index] ?? 0)
    const from = standardSends[position] ?? 0
    const next = standardSends.findIndex((at, candidate) => candidate > position && isNear(step, at - from))
    if (next < 0) return false
    position = next
  }
  return true
}

const isNear = (step: Milliseconds, wanted: Milliseconds) =>
  Math.abs(step - wanted) <= Math.max(tolerance.leastMs, tolerance.part * wanted)

/** "0, 500, 1500 ms" */
export const describeOffsets = (offsets: readonly Milliseconds[]): string =>
  `${offsets.map(offset => Math.round(offset)).join(', ')} ms`
