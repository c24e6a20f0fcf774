import type { Outcome } from '../../harness/connection-request/http/outcome.ts'
import { fireAll } from '../../harness/connection-request/http/requester.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { chosen } from '../../harness/limits.ts'
import { refusalOf, repeatAfterRests } from '../../harness/rate-limit.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { authorisedRequests, type HttpRequest, isSuccess, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { connectionRequestSessions, nameOf, type Session } from '../../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'

const copies = 4

const metrics = {
  answered: must(
    'CR-GEN-07',
    'Every authenticated request before the session gets 200 or 204, or 503 from a rate limit.',
  ),
  onlyOne: must('CR-GEN-08', 'No further session follows from the repeated requests.'),
}

/** CR-GEN-07, 08: armed first, fired together. */
export const duplicates = scenario({
  id: 'http-duplicates',
  title: 'Several Connection Requests before the session',
  purpose: 'An impatient ACS repeats itself. The device answers every request and still calls only once.',
  applies: needs(aSessionOnRequest),
  windows: facts => [
    rests(facts, 1),
    { for: 'the session', ms: facts.timeToSessionMs ?? 0 },
    { for: 'a second session', ms: chosen.watch(facts).ms },
    { for: 'the session of the positive control', ms: facts.timeToSessionMs ?? 0 },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark, watch } = conversation
    let since = 0
    await step(`Fetch ${copies} challenges, then write ${copies} authorised requests in one turn`, () =>
      repeatAfterRests(bench, bench.facts.timing, 'several requests', refusalOf, async () => {
        await bench.rest()
        since = bench.timeline.lastSeq
        return fireTogether(conversation)
      }),
    )
    const session = await bench.connectionRequestSessionAfter(since)
    if (session) await bench.sessionEnd(session.session)
    mark('first-session-over')
    const unlikely = (timeline: Timeline) =>
      connectionRequestSessions(between(timeline, 'first-session-over')).length > 1
    if (session) await watch('a second session', chosen.watch(bench.facts), unlikely)
    mark('window-over')
    await step('An ordinary request must still bring a session', () => bench.positiveControl())
  },

  judge(timeline, verdict, property) {
    const stretch = lastVolley(timeline)
    const requests = countedRequests(stretch)
    const [session, ...further] = connectionRequestSessions(stretch)
    const fallback = markNamed(timeline, 'one-after-another')
    if (fallback) property('several requests at once', String(fallback.data?.['because']))
    const duplicatesInTime = requests.filter(request => precedes(request, session))
    judgeAnswers(requests, duplicatesInTime, verdict)
    judgeFurther(timeline, { requests, duplicatesInTime, session, further }, verdict)
  },
})

/** From the last arming on: earlier ones were refused by a rate limit. */
function lastVolley(timeline: Timeline): Timeline {
  const armed = markNamed(timeline, 'armed')
  return between(
    { entries: timeline.entries.filter(({ seq }) => seq >= (armed?.seq ?? Infinity)) },
    'armed',
    'window-over',
  )
}

/** @returns the best outcome: a 503 only when every request got one */
async function fireTogether({ bench, mark }: Conversation): Promise<Outcome> {
  const request = { url: bench.url(), credentials: bench.credentials, authorised: true, label: 'duplicate' }
  const { armed, limitedBy } = await bench.requester.arm({ ...request, copies })
  mark('armed', { copies: armed.length })
  const volley =
    armed.length > 1 ? await fireAll(armed) : { outcomes: await Promise.all(armed.map(one => one.fire())), limitedBy }
  const allOutdated = volley.outcomes.every(outcome => outcome.kind === 'answer' && outcome.status === 401)
  if (armed.length > 1 && volley.limitedBy === undefined && !allOutdated) return bestOf(volley.outcomes)
  const because =
    volley.limitedBy ??
    limitedBy ??
    (allOutdated ? 'the device took none of the nonces it had given' : 'the device let only one request be prepared')
  // Requests that the device could not accept say nothing about duplicates: they are left out, not judged.
  mark('one-after-another', { because })
  const outcomes: Outcome[] = []
  for (let n = 0; n < copies; n++) outcomes.push((await bench.requester.knock({ ...request, socket: 'fresh' })).final)
  return bestOf([...volley.outcomes, ...outcomes])
}

function bestOf(outcomes: Outcome[]): Outcome {
  const best = outcomes.find(outcome => outcome.kind === 'answer' && outcome.status !== 503) ?? outcomes.at(-1)
  if (!best) throw new ConditionsNotMet('No request could be sent.')
  return best
}

/** All authorised requests; those that an outdated nonce kept from being accepted only where there are no others. */
function countedRequests(stretch: Timeline): HttpRequest[] {
  const all = authorisedRequests(stretch)
  const fallback = markNamed(stretch, 'one-after-another')
  return fallback ? all.filter(request => isSuccess(request) || request.seq > fallback.seq) : all
}

/** A duplicate is one only if its answer came before the device began to connect; otherwise the in-session rule applies. */
const precedes = (request: HttpRequest, session: Session | undefined) =>
  session === undefined || (request.answer?.lastByteAt ?? request.sent?.at ?? 0) < session.attemptAt

/** Closer than 5 ms to the attempt the order cannot be told: the device may have taken it for one in the session. */
const clearlyPrecedes = (request: HttpRequest, session: Session) =>
  (request.answer?.lastByteAt ?? 0) <= session.attemptAt - chosen.sameInstant.ms

function judgeAnswers(requests: HttpRequest[], inTime: HttpRequest[], { answered }: MetricJudges<typeof metrics>) {
  const expected = ['200 or 204 to each', '503 from a rate limit, which is legal']
  const actual = requests.map(outcomeOf).join('; ')
  const evidence = requests.map(({ seq }) => seq)
  if (inTime.length < 2 || !inTime.some(isSuccess))
    return answered.inconclusive('Fewer than two requests were answered before the device began to connect.', {
      expected,
      actual,
      evidence,
    })
  const refused = inTime.filter(request => !isSuccess(request) && request.answer?.status !== 503)
  answered.check(refused.length === 0, {
    expected,
    actual,
    evidence: refused.length > 0 ? refused.map(({ seq }) => seq) : evidence,
  })
}

function judgeFurther(
  timeline: Timeline,
  seen: { requests: HttpRequest[]; duplicatesInTime: HttpRequest[]; session: Session | undefined; further: Session[] },
  { onlyOne }: MetricJudges<typeof metrics>,
) {
  const { requests, duplicatesInTime, session, further } = seen
  const control = judgedControl(timeline)
  const expected = [
    'exactly one session with 6 CONNECTION REQUEST',
    'one more where a request was accepted while the device was connecting',
  ]
  if (!session) return onlyOne.inconclusive('No session followed the requests at all.', { expected })
  const evidence = [session, ...further].map(({ seq }) => seq)
  const actual = `${1 + further.length} sessions: ${[session, ...further].map(nameOf).join(', ')}`
  const acceptedLate = requests.filter(request => isSuccess(request) && !clearlyPrecedes(request, session))
  const acceptedInTime = duplicatesInTime.filter(isSuccess)
  if (further.length > (acceptedLate.length > 0 ? 1 : 0)) return onlyOne.fail({ expected, actual, evidence })
  const refusedByLimit = duplicatesInTime.filter(request => request.answer?.status === 503)
  if (acceptedInTime.length + refusedByLimit.length < 2)
    return onlyOne.inconclusive('Fewer than two requests were accepted before the device began to connect.', {
      expected,
      actual,
      evidence,
    })
  if (further.length === 1)
    return onlyOne.inconclusive('A request was accepted while the device was connecting: one more session is legal.', {
      expected,
      actual,
      evidence,
    })
  if (!control.passed) return onlyOne.inconclusive(control.reason, { expected, evidence: control.evidence })
  onlyOne.pass({ expected, actual, evidence: [...evidence, ...control.evidence] })
}
