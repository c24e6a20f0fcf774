import type { Milliseconds } from './clock/clock.ts'
import type { MachineTimes } from './clock/machine-times.ts'
import type { NewEntry } from './timeline/entry.ts'

/**
 * A pause so long is no delay of a measurement any more but a stretch that nobody watched. Shorter ones, of a machine
 * with too much to do, count into the uncertainty of measured times.
 */
export const suspensionMs: Milliseconds = 2000
/** Some systems tell the time since boot in whole seconds. */
const leastSleepMs: Milliseconds = 2000
/** Time servers slew by less between two looks; who sets a clock sets it by more. */
const leastClockSetMs: Milliseconds = 1000

/** A busy machine gives us a part of its time only; who was stopped in between has used next to nothing. */
const leastBusyShare = 0.15

/** What a look at the clocks found since the look before. */
export interface Look {
  /** By how much later than it should have come. */
  lateMs: Milliseconds
  entries: NewEntry[]
}

/**
 * Tells suspensions of the machine, stops of the process, work of our own that lets nothing else run, and changes of
 * the wall clock from each other. The run's clock
 * goes on while the process is stopped; on Linux it stands still while the machine is suspended, when only the wall
 * clock and the time since boot go on.
 * @param everyMs how far two looks lie apart
 * @returns to be called at each look with the run's clock and the clocks of the machine
 */
export function pauseDetector(
  first: MachineTimes & { now: Milliseconds },
  everyMs: Milliseconds,
): (look: MachineTimes & { now: Milliseconds }) => Look {
  let last = first
  return look => {
    const before = last
    last = look
    const passed = look.now - before.now
    const lateMs = Math.max(0, passed - everyMs)
    const wallAhead = look.wall - before.wall - passed
    const sleptMs = sleepBetween(before, look, passed, wallAhead)
    const entries: NewEntry[] = []
    if (sleptMs > 0 || lateMs >= suspensionMs)
      entries.push({
        type: 'suspended',
        from: before.now,
        to: look.now,
        ms: passed + sleptMs,
        how: sleptMs > 0 ? 'machine' : wasBusy(before, look, passed) ? 'busy' : 'process',
      })
    const byMs = wallAhead - sleptMs
    if (Math.abs(byMs) >= leastClockSetMs + (sleptMs > 0 ? leastSleepMs : 0)) entries.push({ type: 'clock-set', byMs })
    return { lateMs, entries }
  }
}

/** Whether our own work filled a gap: a process that is stopped, or waits for its turn, uses no processor. */
const wasBusy = (before: MachineTimes, look: MachineTimes, passed: Milliseconds) =>
  before.processor !== undefined &&
  look.processor !== undefined &&
  look.processor - before.processor >= leastBusyShare * passed

/** How long the machine slept beyond what the run's clock counted. Without a time since boot, a wall clock that is set
 * forward looks the same: then it is taken for a sleep, because that decides nothing wrongly. */
function sleepBetween(before: MachineTimes, look: MachineTimes, passed: Milliseconds, wallAhead: Milliseconds) {
  const slept =
    before.sinceBoot === undefined || look.sinceBoot === undefined
      ? wallAhead
      : look.sinceBoot - before.sinceBoot - passed
  return slept >= leastSleepMs ? slept : 0
}
