import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from './clock/clock.ts'
import { machineTimes, type MachineTimes } from './clock/machine-times.ts'
import { pauseDetector, suspensionMs } from './pauses.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'

const resolutionMs = 10
const lookEveryMs = 100
const sampleEveryMs = 5000
/** Told at once, so that it stands in the scenario that it concerns. */
const worthTellingMs = 250

/** The histogram may count a long stall a moment later only; it is the more exact one for short ones. */
const longStall = (ms: number) => (ms >= worthTellingMs ? ms : 0)

/**
 * Samples the delay of our own event loop through the run, so that each measured time can say how far off it may
 * be, and notes when nothing of ours ran at all: the machine suspended, the process stopped. Virtual time has neither.
 * Returns how to stop.
 */
export function watchLoopDelay(options: {
  clock: Clock
  timeline: TimelineRecorder
  /** The clocks of the machine. */
  times?: () => MachineTimes
}): () => void {
  const { clock, timeline, times = machineTimes } = options
  if (clock.kind === 'virtual') return () => undefined
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  const stop = new AbortController()
  const detect = pauseDetector({ now: clock.now(), ...times() }, lookEveryMs)
  let lookedAt = clock.now()
  let sampledAt = clock.now()
  let latestMs = 0
  let wasSuspended = false
  let isLooking = false

  const sample = () => {
    sampledAt = clock.now()
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
    // The histogram counts a suspension as a delay, and cannot tell it from the others any more.
    const [maxMs, p99Ms] = wasSuspended
      ? [latestMs, latestMs]
      : [Math.max(longStall(latestMs), ms(histogram.max)), ms(histogram.percentile(99))]
    timeline.add({ type: 'loop-delay', maxMs, p99Ms: Math.min(p99Ms, maxMs) })
    histogram.reset()
    latestMs = 0
    wasSuspended = false
  }
  const look = () => {
    isLooking = true
    lookedAt = clock.now()
    const { lateMs, entries } = detect({ now: lookedAt, ...times() })
    for (const entry of entries) timeline.add(entry)
    if (entries.some(entry => entry.type === 'suspended' && entry.how !== 'busy')) wasSuspended = true
    else latestMs = Math.max(latestMs, lateMs)
    if (latestMs >= worthTellingMs || clock.now() - sampledAt >= sampleEveryMs) sample()
    isLooking = false
  }
  /** What is handled first after a pause may end a scenario: the pause must be known before it is judged. */
  const lookAfterPause = () => {
    if (!isLooking && clock.now() - lookedAt >= suspensionMs) look()
  }
  const keepLooking = async () => {
    for (;;) {
      await clock.sleep(lookEveryMs, stop.signal)
      look()
    }
  }
  histogram.enable()
  const stopListening = timeline.onEntry(lookAfterPause)
  keepLooking().catch(() => undefined)
  return () => {
    if (stop.signal.aborted) return
    stop.abort()
    stopListening()
    histogram.disable()
  }
}
