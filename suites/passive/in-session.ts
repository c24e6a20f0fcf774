import { isSuccess } from '../../harness/timeline/http-requests.ts'
import type { Session } from '../../harness/timeline/sessions.ts'
import type { Metric, MetricJudge } from '../../harness/verdict/metric.ts'
import {
  type Asked,
  type InSessionOutcome,
  askedByHttp,
  askedByUdp,
  askedByXmpp,
  judgeFollowUp,
  judgePromptness,
  judgeRefused,
} from '../follow-up.ts'
import { heldAnswerMs } from '../held-session.ts'
import { judgeInSessionAnswers, judgeRetryAfter } from '../http/in-session-answers.ts'
import { isAddressed, isAuthenticatedOrFinal } from './addressed.ts'
import type { Ask } from './ask.ts'
import type { Capture } from './capture.ts'
import { controlAfter, doubtOfAbsence, doubtOfQuiet, endOf, sessionBefore } from './circumstances.ts'
import { furtherSession } from './further-sessions.ts'
import { firstIndexAfter } from './in-order.ts'
import { quietWindow } from './limits.ts'
import { type Reading, unlessOnce } from './reading.ts'
import { readingOf } from './scratch.ts'
import type { Transport } from './transport.ts'

/** A session that came to its ordinary end, with the requests that the device got and answered while it ran. */
export interface Disturbed {
  session: Session
  endedAt: number
  asks: Ask[]
}

/**
 * Sessions during which requests by this transport came, and by no other. What came while the session was being
 * established is left out with its session: it may belong to the one or to the other side of the rule.
 */
export function disturbedSessions(capture: Capture, transport: Transport): Disturbed[] {
  const bySession = new Map<Session, Ask[]>()
  for (const ask of capture.asks) {
    const session = sessionBefore(capture, ask.sentAt)
    if (session === undefined || ask.sentAt > endOf(capture, session) || !counts(capture, ask)) continue
    const known = bySession.get(session)
    if (known === undefined) bySession.set(session, [ask])
    else known.push(ask)
  }
  return [...bySession].flatMap(([session, asks]) => {
    const { answeredAt, ended } = session
    if (answeredAt === undefined || ended === undefined) return []
    const whileOpen = asks.every(ask => ask.transport === transport && ask.sentAt >= answeredAt)
    return whileOpen ? [{ session, endedAt: ended.at, asks }] : []
  })
}

/** The challenge on the way to another request says nothing of the session; nor does a request to another place. */
const counts = (capture: Capture, { http }: Ask) =>
  http === undefined || (isAddressed(capture, http) && isAuthenticatedOrFinal(http))

/** Refusals on account of credentials, which nobody but the ACS knows, or of a rate limit. */
const otherRefusals = [401, 403, 429]

/** CR-HTTP-15: 503, or the success reply. */
export function readAnswers(metric: Metric, { asks, endedAt, session }: Disturbed): Reading[] {
  const requests = asks.flatMap(({ http }) =>
    http?.answer && !otherRefusals.includes(http.answer.status) ? [http] : [],
  )
  if (requests.length === 0) return []
  const held = { requests, endedAt, endedOrdinarily: session.ended?.how === 'completed', heldMs: heldAnswerMs }
  return readingOf(metric, judge => judgeInSessionAnswers(held, judge))
}

/** CR-HTTP-16: without Retry-After. A rate limit, which has a rule of its own, may speak in a session too. */
export function readRetryAfter(metric: Metric, disturbed: readonly Disturbed[]): Reading[] {
  const requests = disturbed.flatMap(({ asks }) => asks.flatMap(({ http }) => http ?? []))
  const readings = requests.flatMap(request => readingOf(metric, judge => judgeRetryAfter([request], judge)))
  return unlessOnce(readings, 'A 503 with Retry-After among others may come from a rate limit.')
}

/** CR-GEN-09: the session came to its ordinary end. Once it may have been lost for another reason. */
export function readUndisturbed(disturbed: readonly Disturbed[]): Reading[] {
  const expected = ['the session ended in the ordinary way']
  const readings = disturbed.map(({ session, asks }): Reading => {
    const evidence = [...asks.map(({ seq }) => seq), session.seq, ...(session.ended ? [session.ended.seq] : [])]
    const how = session.ended?.how
    const finding = { expected, evidence, actual: `session ${how}` }
    if (how === 'completed') return { ...finding, verdict: 'pass' }
    if (how === 'broken-off-by-device' || how === 'superseded') return { ...finding, verdict: 'breach' }
    return { ...finding, verdict: 'inconclusive', reason: 'The session did not come to its ordinary end.' }
  })
  return unlessOnce(readings, 'A session that ends so once may have been lost for another reason.')
}

/** What the three rules about sessions after one with requests in it are judged from. */
interface Followed {
  outcome: InSessionOutcome
  /** Why the sessions that followed cannot be told for sure. */
  doubt: string | undefined
}

const rules = { followUp: judgeFollowUp, prompt: judgePromptness, refused: judgeRefused }

/** CR-GEN-10, 11, 14: at most one session follows, at once, and none where all requests were refused. */
export function readFollowUp(
  capture: Capture,
  metric: Metric,
  disturbed: Disturbed,
  rule: keyof typeof rules,
): Reading[] {
  const { outcome, doubt } = followed(capture, disturbed, rule)
  const readings = readingOf(metric, (judge: MetricJudge) => rules[rule](outcome, judge))
  if (doubt === undefined) return readings
  return readings.map(reading => ({ ...reading, verdict: 'inconclusive', reason: doubt }))
}

function followed(capture: Capture, { session, endedAt, asks }: Disturbed, rule: keyof typeof rules): Followed {
  const index = firstIndexAfter(capture.calls, call => call.session?.attemptAt ?? Infinity, session.attemptAt)
  const [next, second] = [capture.calls[index], capture.calls[index + 1]]
  const inside = new Set(asks)
  const first = next?.session
  const isFollowUp =
    first !== undefined && first.attemptAt - endedAt <= quietWindow.ms && next?.asks.every(ask => inside.has(ask))
  const further = isFollowUp ? furtherSession(second, endOf(capture, first)) : undefined
  const followUps = [...(isFollowUp ? [first] : []), ...(further ? [further] : [])]
  const last = followUps.at(-1)
  const quietFrom = last === undefined ? endedAt : endOf(capture, last)
  const control = controlAfter(capture, quietFrom)
  const requests = asks.map(askedOf(isFollowUp === true))
  const due = requests.some(({ accepted }) => accepted)
  const tooMany = followUps.length > (due ? 1 : 0)
  return {
    outcome: {
      requests,
      followUps,
      endedAt,
      control: {
        passed: control !== undefined,
        reason: 'No later request brought a session, so the silence before proves nothing.',
        evidence: control ? [control.seq] : [],
        before: capture.timeline,
      },
    },
    doubt:
      (session.ended?.how === 'completed' ? undefined : 'The session did not come to its ordinary end.') ??
      (tooMany || rule === 'prompt' ? undefined : doubtOfQuiet(capture, quietFrom)) ??
      (followUps.some(each => each.retryCount !== 0 || each.ended?.how !== 'completed')
        ? 'A session that followed failed, or is a retry.'
        : undefined) ??
      (due && followUps.length === 0 ? doubtOfAbsence(capture, endedAt + quietWindow.ms) : undefined) ??
      (tooMany ? capture.hiddenRequests : undefined),
  }
}

const askedOf =
  (someFollowed: boolean) =>
  ({ http, udp, xmpp, seq, words }: Ask): Asked => {
    if (http) return askedByHttp(http)
    if (xmpp) return askedByXmpp(xmpp)
    if (udp) return askedByUdp(udp, { followed: someFollowed })
    return { seq, answered: false, accepted: false, refused: false, outcome: words }
  }

/** Which alternative the device took in these sessions, each once. */
export function alternativesTaken(disturbed: readonly Disturbed[]): string | undefined {
  const http = disturbed.flatMap(({ asks }) => asks.flatMap(ask => ask.http ?? []))
  const words = [
    ...(http.some(isSuccess) ? ['accepts'] : []),
    ...(http.some(({ answer }) => answer?.status === 503) ? ['refuses with 503'] : []),
  ]
  return words.length === 0 ? undefined : words.join('; ')
}
