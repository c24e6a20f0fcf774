import { type HttpRequest, isSuccess, outcomeOf } from '../../harness/timeline/http-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'

/** HTTP requests during a session, and how long it was held for them. */
export interface HeldRequests {
  requests: HttpRequest[]
  endedAt: number
  /** The session came to its ordinary end. */
  endedOrdinarily: boolean
  /** How long the session was held for each answer, in milliseconds. */
  heldMs: number
}

const isRefused = (request: HttpRequest) => request.answer?.status === 503

/** CR-HTTP-15: the final answer in a session is 503, or the success reply. */
export function judgeInSessionAnswers(
  { requests, endedAt, endedOrdinarily, heldMs }: HeldRequests,
  metric: MetricJudge,
): void {
  if (requests.length === 0) return metric.inconclusive('No request reached the device during the session.')
  for (const request of requests) {
    const tooLate = endedOrdinarily && isTooLate(request, { endedAt, heldMs })
    metric.check((isSuccess(request) || isRefused(request)) && !tooLate, {
      expected: ['503 during the session', '200 or 204 during the session, then a session after it'],
      actual: `${outcomeOf(request)}${tooLate ? ', but only after the session had ended' : ''}`,
      evidence: [request.seq],
    })
  }
}

/** The answer was held back until the session was over, although the session waited for it. */
const isTooLate = ({ answer }: HttpRequest, { endedAt, heldMs }: Pick<HeldRequests, 'endedAt' | 'heldMs'>) =>
  answer !== undefined && answer.lastByteAt >= endedAt && answer.lastByteAt - answer.sentAt >= heldMs

/** CR-HTTP-16 and 14: a 503 has no Retry-After. */
export function judgeRetryAfter(requests: HttpRequest[], metric: MetricJudge): void {
  const refusals = requests.filter(isRefused)
  if (refusals.length === 0) return metric.notAsked('No request during the session was refused with 503.')
  for (const refusal of refusals) {
    const retryAfter = refusal.answer?.headers.find(([name]) => name.toLowerCase() === 'retry-after')
    metric.check(retryAfter === undefined, {
      expected: ['503 without Retry-After'],
      actual: retryAfter ? `Retry-After: ${retryAfter[1]}` : '503 without Retry-After',
      evidence: [refusal.seq],
    })
  }
}
