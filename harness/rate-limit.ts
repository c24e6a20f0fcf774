import type { BenchParts } from './bench.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Outcome } from './connection-request/http/outcome.ts'
import { formatDuration } from './device/duration.ts'
import type { DeviceFacts } from './device/facts.ts'
import { chosen } from './limits.ts'

/** The device refused at rest for longer than any rate limit that is waited for. */
export class RefusedAtRest extends ConditionsNotMet {}

/** The mark that a refusal at rest leaves. */
export const refusedAtRest = 'refused-at-rest'

/** Ever longer rests that together make `totalMs`, after a first attempt without one. */
function rests(totalMs: number): number[] {
  const first = Math.min(totalMs, chosen.restAfter503.ms)
  const second = Math.min(totalMs - first, 5 * first)
  return [0, first, second, totalMs - first - second].filter((ms, index) => index === 0 || ms > 0)
}

/**
 * Sends a request, and again after ever longer rests while the answer is 503: a rate limit is legal, and tells
 * nothing about what was to be judged. TR-069 3.2.2.1
 * @throws RefusedAtRest when the device still refuses after `timing.rateLimit`
 */
export async function repeatAfterRests<T>(
  { timeline, clock, signal }: Pick<BenchParts, 'timeline' | 'clock' | 'signal'>,
  timing: DeviceFacts['timing'],
  label: string,
  outcomeOf: (result: T) => Outcome,
  send: () => Promise<T>,
): Promise<T> {
  for (const restMs of rests(timing.rateLimitMs)) {
    if (restMs > 0) {
      const what = 'a rest, because the device refused at rest with 503'
      timeline.add({ type: 'limit-used', name: what, ...chosen.restAfter503, ms: restMs })
      timeline.add({ type: 'watch-begun', for: what, ms: restMs })
      await clock.sleep(restMs, signal)
      timeline.add({ type: 'watch-ended', for: what, ms: restMs, how: 'over' })
    }
    const result = await send()
    const outcome = outcomeOf(result)
    if (outcome.kind !== 'answer' || outcome.status !== 503) return result
    timeline.add({ type: 'mark', name: refusedAtRest, data: { label, answer: outcome.seq } })
  }
  throw new RefusedAtRest(
    `The device refused "${label}" with 503 at rest, and still after ${formatDuration(timing.rateLimitMs)}.`,
  )
}
