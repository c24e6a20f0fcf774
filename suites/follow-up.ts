import { formatDuration } from '../harness/device/duration.ts'
import { standard } from '../harness/limits.ts'
import { type HttpRequest, isSuccess, outcomeOf } from '../harness/timeline/http-requests.ts'
import { answerOf, isBusy, isResult, type XmppRequest } from '../harness/timeline/xmpp-requests.ts'
import type { UdpRequest } from '../harness/timeline/udp-requests.ts'
import { nameOf, type Session } from '../harness/timeline/sessions.ts'
import type { MetricJudge } from '../harness/verdict/metric.ts'
import type { Control } from './positive-control.ts'

/** A Connection Request that arrived in a session, whatever carried it. */
export interface Asked {
  /** The entry a finding cites. */
  seq: number
  answered: boolean
  accepted: boolean
  /** Refused for now: 503 over HTTP, service-unavailable over XMPP, silence over UDP. */
  refused: boolean
  /** Its outcome in words. */
  outcome: string
}

export const askedByHttp = (request: HttpRequest): Asked => ({
  seq: request.seq,
  answered: request.answer !== undefined,
  accepted: isSuccess(request),
  refused: request.answer?.status === 503,
  outcome: outcomeOf(request),
})

export const askedByXmpp = (request: XmppRequest): Asked => ({
  seq: request.seq,
  answered: request.answer !== undefined,
  accepted: isResult(request),
  refused: isBusy(request),
  outcome: answerOf(request),
})

/** Over UDP nothing is ever answered: whether the device took the request shows in the session that follows or not. */
export const askedByUdp = ({ seq }: UdpRequest, { followed }: { followed: boolean }): Asked => ({
  seq,
  answered: false,
  accepted: followed,
  refused: !followed,
  outcome: followed ? 'taken' : 'silence',
})

/** Requests that arrived in a session, and the sessions with event 6 that came after it. */
export interface InSessionOutcome {
  requests: Asked[]
  followUps: Session[]
  /** When the session ended in which the requests arrived. */
  endedAt: number
  control: Control
}

/** Which alternative of TR-069 3.2.2.1 the device took, in words. */
export function alternativeTaken({ requests, followUps }: InSessionOutcome): string {
  const accepted = requests.filter(request => request.accepted).length
  const refused = requests.filter(request => request.refused).length
  if (accepted === requests.length) return `accepts and ${callsAgain(followUps.length)}`
  if (refused === requests.length) return `refuses with ${refusalOf(requests)}`
  return accepted + refused === requests.length
    ? `accepts some and refuses some with ${refusalOf(requests)}`
    : 'answers in another way'
}

function callsAgain(times: number): string {
  if (times === 1) return 'calls again after the session'
  return times === 0 ? 'does not call again' : `calls again ${times} times`
}

/**
 * Alternative (b): accepted requests bring exactly one further session, however many they were; alternative (a):
 * refused ones are judged by CR-GEN-14. TR-069 3.2.2.1, CR-GEN-10
 */
export function judgeFollowUp(outcome: InSessionOutcome, metric: MetricJudge): void {
  const { requests, followUps, control } = outcome
  const accepted = requests.filter(request => request.accepted)
  const expected = [
    'every request refused for now and no session',
    'accepted, then exactly one session with 6 CONNECTION REQUEST',
  ]
  const evidence = [...requests.map(({ seq }) => seq), ...followUps.map(({ seq }) => seq)]
  const actual = `${requests.map(({ outcome }) => outcome).join('; ')}, then ${followUps.length === 0 ? 'no session' : followUps.map(nameOf).join(', ')}`
  if (requests.length === 0) return metric.inconclusive('No request reached the device during the session.')
  if (accepted.length === 0 && !requests.some(request => request.refused))
    return metric.inconclusive(`No request was accepted or refused for now: ${actual}.`, { expected, evidence })
  const unanswered = requests.filter(request => !request.answered)
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
  if (!requests.some(request => request.accepted))
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
  const refused = requests.filter(request => request.refused)
  if (refused.length === 0) return metric.notAsked('The device refused no request.')
  if (requests.some(request => request.accepted))
    return metric.notAsked('Another request was accepted, so that one session is due.')
  const evidence = [...refused.map(({ seq }) => seq), ...followUps.map(({ seq }) => seq)]
  const expected = ['no session with 6 CONNECTION REQUEST after a refusal']
  if (followUps.length > 0 && requests.some(request => !request.answered))
    return metric.inconclusive('Another request was not answered, and may have been accepted.', { expected, evidence })
  if (followUps.length > 0) return metric.fail({ expected, actual: followUps.map(nameOf).join(', '), evidence })
  if (!control.passed) return metric.inconclusive(control.reason, { expected, evidence: control.evidence })
  metric.pass({ expected, actual: 'no session in the window', evidence: [...evidence, ...control.evidence] })
}

/** How these requests were refused, in a word: `503`, `service-unavailable`. */
const refusalOf = (requests: Asked[]) =>
  requests.find(request => request.refused)?.outcome.replace(/^error (\S+).*|^(503)\b.*/, '$1$2') ?? 'nothing'
