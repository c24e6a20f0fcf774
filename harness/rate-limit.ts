import type { BenchParts } from './bench.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Outcome } from './connection-request/http/outcome.ts'
import type { XmppOutcome } from './connection-request/xmpp/requester.ts'
import { formatDuration } from './device/duration.ts'
import type { DeviceFacts } from './device/facts.ts'
import { chosen } from './limits.ts'

/** The device refused at rest for longer than any rate limit that is waited for. */
export class RefusedAtRest extends ConditionsNotMet {}

/** The mark that a refusal at rest leaves. */
export const refusedAtRest = 'refused-at-rest'

/** What a refusal at rest is told by: the number of its entry and its words. */
export interface Refusal {
  seq: number
  /** `503`, `service-unavailable` */
  by: string
}

/** 503, the refusal over HTTP. */
export const refusalOf = (outcome: Outcome): Refusal | undefined =>
  outcome.kind === 'answer' && outcome.status === 503 ? { seq: outcome.seq, by: '503' } : undefined

/** The stanza errors with which a device refuses for now. Annex K */
export const xmppRefusalOf = (outcome: XmppOutcome): Refusal | undefined =>
  outcome.type === 'xmpp-cr-answered' &&
  outcome.answeredBy !== 'server' &&
  (outcome.condition === 'service-unavailable' || outcome.condition === 'resource-constraint')
    ? { seq: outcome.seq, by: outcome.condition }
    : undefined

/** Ever longer rests that together make `totalMs`, after a first attempt without one. */
function rests(totalMs: number): number[] {
  const first = Math.min(totalMs, chosen.restAfter503.ms)
  const second = Math.min(totalMs - first, 5 * first)
  return [0, first, second, totalMs - first - second].filter((ms, index) => index === 0 || ms > 0)
}

/**
 * Sends a request, and again after ever longer rests while it is refused for now: a rate limit is legal, and tells
 * nothing about what was to be judged. TR-069 3.2.2.1
 * @param refusal how the outcome refuses; `undefined` for any other outcome
 * @throws RefusedAtRest when the device still refuses after `timing.rateLimit`
 */
export async function repeatAfterRests<T>(
  { timeline, clock, signal }: Pick<BenchParts, 'timeline' | 'clock' | 'signal'>,
  timing: DeviceFacts['timing'],
  label: string,
  refusal: (result: T) => Refusal | undefined,
  send: () => Promise<T>,
): Promise<T> {
  let by = ''
  for (const restMs of rests(timing.rateLimitMs)) {
    if (restMs > 0) {
      const what = `a rest, because the device refused at rest with ${by}`
      timeline.add({ type: 'limit-used', name: what, ...chosen.restAfter503, ms: restMs })
      timeline.add({ type: 'watch-begun', for: what, ms: restMs })
      await clock.sleep(restMs, signal)
      timeline.add({ type: 'watch-ended', for: what, ms: restMs, how: 'over' })
    }
    const result = await send()
    const refused = refusal(result)
    if (refused === undefined) return result
    by = refused.by
    timeline.add({ type: 'mark', name: refusedAtRest, data: { label, answer: refused.seq } })
  }
  throw new RefusedAtRest(
    `The device refused "${label}" with ${by} at rest, and still after ${formatDuration(timing.rateLimitMs)}.`,
  )
}
