import type { RunRecord } from '../run-record.ts'
import type { Measurement, TimingShift } from './comparison.ts'
import { repeatedMetrics } from './metric-states.ts'

/** A smaller shift, as a part of the time before, is not worth telling. */
const worthTelling = 0.1

/** Times that both runs measured and that differ by more than both can be off and by more than 10 %. */
export function timingShifts(before: RunRecord, after: RunRecord): TimingShift[] {
  const old = repeatedMetrics(before)
  return [...repeatedMetrics(after)]
    .flatMap(([key, { scenario, name, requirement, measurement: now }]) => {
      const was = old.get(key)?.measurement
      return was && now && isShift(was, now) ? [{ scenario, name, requirement, before: was, after: now }] : []
    })
    .sort((a, b) => relativeShift(b) - relativeShift(a))
}

function isShift(before: Measurement, after: Measurement): boolean {
  const shift = Math.abs(after.measured - before.measured)
  return shift > before.uncertainty + after.uncertainty && shift > worthTelling * Math.abs(before.measured)
}

/** The shift as a part of the time before; infinite from zero. */
const relativeShift = ({ before, after }: TimingShift) =>
  Math.abs(after.measured - before.measured) / Math.abs(before.measured)
