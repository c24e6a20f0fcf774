import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Clock } from './clock/clock.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'

const resolutionMs = 10
const intervalMs = 5000

/**
 * Samples the delay of our own event loop through the run, so that each measured time can say how far off it may
 * be. Virtual time has no delay. Returns how to stop.
 */
export function watchLoopDelay({ clock, timeline }: { clock: Clock; timeline: TimelineRecorder }): () => void {
  if (clock.kind === 'virtual') return () => undefined
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  const stop = new AbortController()
  const record = () => {
    const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
    timeline.add({ type: 'loop-delay', maxMs: ms(histogram.max), p99Ms: ms(histogram.percentile(99)) })
    histogram.reset()
  }
  const sample = async () => {
    for (;;) {
      await clock.sleep(intervalMs, stop.signal)
      record()
    }
  }
  histogram.enable()
  sample().catch(() => undefined)
  return () => {
    if (stop.signal.aborted) return
    stop.abort()
    histogram.disable()
  }
}
