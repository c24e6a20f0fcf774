import { formatDuration } from '../harness/device/duration.ts'
import { standard } from '../harness/limits.ts'
import { type HttpRequest, isSuccess, outcomeOf } from '../harness/timeline/http-requests.ts'
import { nameOf, type Session } from '../harness/timeline/sessions.ts'
import type { MetricJudge } from '../harness/verdict/metric.ts'
import type { Control } from './positive-control.ts'

/** Requests that arrived in a session, and the sessions with event 6 that came after it. */
export interface InSessionOutcome {
  requests: HttpRequest[]
  followUps: Session[]
  /** When the session ended in which the requests arrived, and whether it came to its ordinary end. */
  endedAt: number
  endedOrdinarily: boolean
  /** How long the session was held for each answer, in milliseconds. */
  heldMs: number
  control: Control
}

const isRefused = (request: HttpRequest) => request.answer?.status === 503

/** Which alternative of TR-069 3.2.2.1 the device took, in words. */
export function alternativeTaken({ requests }: InSessionOutcome): string {
  const accepted = requests.filter(isSuccess).length
  const refused = requests.filter(isRefused).length
  if (accepted === requests.length) return 'accepts and calls again after the session'
  if (refused === requests.length) return 'refuses with 503'
  return accepted + refused === requests.length ? 'accepts some and refuses some with 503' : 'answers in another way'
}

/**
 * Alternative (b): accepted requests bring exactly one further session, however many they were; alternative (a):
 * refused ones are judged by CR-GEN-14. TR-069 3.2.2.1, CR-GEN-10
 */
export function judgeFollowUp(outcome: InSessionOutcome, metric: MetricJudge): void {
  const { requests, followUps, control } = outcome
  const accepted = requests.filter(isSuccess)
  const expected = [
    'every request refused with 503 and no session',
    'accepted, then exactly one session with 6 CONNECTION REQUEST',
  ]
  const evidence = [...requests.map(({ seq }) => seq), ...followUps.map(({ seq }) => seq)]
  const actual = `${requests.map(outcomeOf).join('; ')}, then ${followUps.length === 0 ? 'no session' : followUps.map(nameOf).join(', ')}`
  if (requests.length === 0) return metric.inconclusive('No request reached the device during the session.')
  if (accepted.length === 0 && !requests.some(isRefused))
    return metric.inconclusive(`No request was accepted or refused with 503: ${actual}.`, { expected, evidence })
  const unanswered = requests.filter(request => !request.answer)
  const due = accepted.length > 0 ? 1 : 0
  // A request without an answer may have been accepted or not: one session is then as right as none.
  const most = due === 0 && unanswered.length > 0 ? 1 : due
  if (followUps.length < due || followUps.length > most) return metric.fail({ expected, actual, evidence })
  if (followUps.length !== due)
    return metric.inconclusive('A request was not answered, so that the session may be due to it.', {
      expected,
      actual,
      evidence,
    })
  if (!control.passed) return metric.inconclusive(control.reason, { expected, actual, evidence: control.evidence })
  metric.pass({ expected, actual, evidence: [...evidence, ...control.evidence] })
}

/** CR-GEN-11: the further session of alternative (b) comes at once; the standard gives no number. */
export function judgePromptness(outcome: InSessionOutcome, metric: MetricJudge): void {
  const { requests, followUps, endedAt } = outcome
  const [followUp] = followUps
  if (!requests.some(isSuccess))
    return metric.notAsked('The device refuses requests during a session; no further session is due.')
  if (!followUp) return metric.inconclusive('No further session came whose delay could be measured.')
  const measured = Math.max(0, followUp.attemptAt - endedAt)
  metric.check(measured <= standard.sessionAfterReply.ms, {
    expected: ['the further session at once after the end of the current one'],
    actual: `${formatDuration(measured)} after its end`,
    evidence: [followUp.seq],
    limit: {
      ...standard.sessionAfterReply,
      source: 'ours',
      why: 'the standard says immediately and gives no number; 30 s is its limit for a session at rest',
    },
    measured,
  })
}

/** CR-GEN-14: a refused request leads to no session. */
export function judgeRefused(outcome: InSessionOutcome, metric: MetricJudge): void {
  const { requests, followUps, control } = outcome
  const refused = requests.filter(isRefused)
  if (refused.length === 0) return metric.notAsked('The device refused no request.')
  if (requests.some(isSuccess)) return metric.notAsked('Another request was accepted, so that one session is due.')
  const evidence = [...refused.map(({ seq }) => seq), ...followUps.map(({ seq }) => seq)]
  const expected = ['no session with 6 CONNECTION REQUEST after a refusal']
  if (followUps.length > 0 && requests.some(request => !request.answer))
    return metric.inconclusive('Another request was not answered, and may have been accepted.', { expected, evidence })
  if (followUps.length > 0) return metric.fail({ expected, actual: followUps.map(nameOf).join(', '), evidence })
  if (!control.passed) return metric.inconclusive(control.reason, { expected, evidence: control.evidence })
  metric.pass({ expected, actual: 'no session in the window', evidence: [...evidence, ...control.evidence] })
}

/** CR-HTTP-15: the final answer in a session is 503, or the success reply. */
export function judgeInSessionAnswers(outcome: InSessionOutcome, metric: MetricJudge): void {
  if (outcome.requests.length === 0) return metric.inconclusive('No request reached the device during the session.')
  for (const request of outcome.requests) {
    const tooLate = outcome.endedOrdinarily && isTooLate(request, outcome)
    metric.check((isSuccess(request) || isRefused(request)) && !tooLate, {
      expected: ['503 during the session', '200 or 204 during the session, then a session after it'],
      actual: `${outcomeOf(request)}${tooLate ? ', but only after the session had ended' : ''}`,
      evidence: [request.seq],
    })
  }
}

/** The answer was held back until the session was over, although the session waited for it. */
const isTooLate = ({ answer }: HttpRequest, { endedAt, heldMs }: InSessionOutcome) =>
  answer !== undefined && answer.lastByteAt >= endedAt && answer.lastByteAt - answer.sentAt >= heldMs

/** CR-HTTP-16 and 14: a 503 has no Retry-After. */
export function judgeRetryAfter(requests: HttpRequest[], metric: MetricJudge): void {
  const refusals = requests.filter(isRefused)
  if (refusals.length === 0) return metric.notAsked('The device refused no request with 503.')
  for (const refusal of refusals) {
    const retryAfter = refusal.answer?.headers.find(([name]) => name.toLowerCase() === 'retry-after')
    metric.check(retryAfter === undefined, {
      expected: ['503 without Retry-After'],
      actual: retryAfter ? `Retry-After: ${retryAfter[1]}` : '503 without Retry-After',
      evidence: [refusal.seq],
    })
  }
}
