import { overXmpp } from '../../harness/bench.ts'
import type { XmppOutcome } from '../../harness/connection-request/xmpp/requester.ts'
import { chosen } from '../../harness/limits.ts'
import { repeatAfterRests, xmppRefusalOf } from '../../harness/rate-limit.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { connectionRequestSessions, nameOf, type Session } from '../../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import {
  answerOf,
  isBusy,
  isResult,
  type XmppRequest,
  xmppRequestsLabelled,
} from '../../harness/timeline/xmpp-requests.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnXmppRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'
import { reachedDevice } from './answers.ts'

const copies = 5
const duplicate = 'duplicate'

const metrics = {
  answered: must('CR-GEN-07', 'Every right request before the session gets a result, or a refusal from a rate limit.'),
  onlyOne: must('CR-GEN-08', 'No further session follows from the repeated requests.'),
}

/** CR-GEN-07, 08, as CR-XMPP-24 has them over XMPP: written in one turn, each with an id of its own. */
export const duplicates = scenario({
  id: 'xmpp-duplicates',
  title: 'Several XMPP Connection Requests before the session',
  purpose: 'An impatient ACS repeats itself over XMPP. The device answers every request and still calls only once.',
  applies: needs(aSessionOnXmppRequest),
  windows: facts => [
    rests(facts, 1),
    { for: 'the session', ms: facts.xmpp.timeToSessionMs ?? 0 },
    { for: 'a second session', ms: chosen.watch(facts).ms },
    { for: 'the session of the positive control', ms: facts.xmpp.timeToSessionMs ?? 0 },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark, watch } = conversation
    let since = 0
    await step(`Write ${copies} requests in one turn`, () =>
      repeatAfterRests(bench, bench.facts.timing, 'several requests', xmppRefusalOf, async () => {
        await bench.rest()
        since = bench.timeline.lastSeq
        return writeTogether(conversation)
      }),
    )
    const session = await bench.connectionRequestSessionAfter(since)
    if (session) await bench.sessionEnd(session.session)
    mark('first-session-over')
    const unlikely = (timeline: Timeline) =>
      connectionRequestSessions(between(timeline, 'first-session-over')).length > 1
    if (session) await watch('a second session', chosen.watch(bench.facts), unlikely)
    mark('window-over')
    await step('An ordinary request must still bring a session', () => bench.xmppControl())
  },

  judge(timeline, verdict) {
    const stretch = lastVolley(timeline)
    const requests = xmppRequestsLabelled(stretch, duplicate).filter(reachedDevice)
    const [session, ...further] = connectionRequestSessions(stretch)
    judgeAnswers(requests, session, verdict)
    judgeFurther(timeline, { requests, session, further }, verdict)
  },
})

/** @returns the best outcome: a refusal for now only when every request got one */
async function writeTogether({ bench, mark }: Conversation): Promise<XmppOutcome> {
  const xmpp = overXmpp(bench)
  mark('volley')
  const pending = await Promise.all(Array.from({ length: copies }, () => xmpp.write(duplicate, { authorised: true })))
  const outcomes = await Promise.all(pending.map(({ outcome }) => outcome))
  return outcomes.find(outcome => xmppRefusalOf(outcome) === undefined) ?? (outcomes[0] as XmppOutcome)
}

/** From the last volley on: earlier ones were refused by a rate limit. */
function lastVolley(timeline: Timeline): Timeline {
  const volley = markNamed(timeline, 'volley')
  const since = timelineOf(timeline.entries.filter(({ seq }) => seq >= (volley?.seq ?? Number.POSITIVE_INFINITY)))
  return between(since, 'volley', 'window-over')
}

/** A duplicate is one only if its answer came before the device began to connect; otherwise the in-session rule applies. */
const precedes = ({ answer, sent }: XmppRequest, session: Session | undefined) =>
  session === undefined || (answer?.receivedAt ?? sent.at) < session.attemptAt

/** Closer than 5 ms to the attempt the order cannot be told: the device may have taken it for one in the session. */
const clearlyPrecedes = ({ answer }: XmppRequest, session: Session) =>
  (answer?.receivedAt ?? 0) <= session.attemptAt - chosen.sameInstant.ms

function judgeAnswers(
  requests: XmppRequest[],
  session: Session | undefined,
  { answered }: MetricJudges<typeof metrics>,
): void {
  const inTime = requests.filter(request => precedes(request, session))
  const expected = ['a result for each', 'service-unavailable from a rate limit, which is legal']
  const actual = requests.map(answerOf).join('; ')
  const evidence = requests.map(({ seq }) => seq)
  if (inTime.length < 2 || !inTime.some(isResult))
    return answered.inconclusive('Fewer than two requests were answered before the device began to connect.', {
      expected,
      actual,
      evidence,
    })
  const refused = inTime.filter(request => !isResult(request) && !isBusy(request))
  answered.check(refused.length === 0, {
    expected,
    actual,
    evidence: refused.length > 0 ? refused.map(({ seq }) => seq) : evidence,
  })
}

function judgeFurther(
  timeline: Timeline,
  { requests, session, further }: { requests: XmppRequest[]; session: Session | undefined; further: Session[] },
  { onlyOne }: MetricJudges<typeof metrics>,
): void {
  const expected = [
    'exactly one session with 6 CONNECTION REQUEST',
    'one more where a request was accepted while the device was connecting',
  ]
  if (!session) return onlyOne.inconclusive('No session followed the requests at all.', { expected })
  const evidence = [session, ...further].map(({ seq }) => seq)
  const actual = `${1 + further.length} sessions: ${[session, ...further].map(nameOf).join(', ')}`
  const acceptedLate = requests.some(request => isResult(request) && !clearlyPrecedes(request, session))
  if (further.length > (acceptedLate ? 1 : 0)) return onlyOne.fail({ expected, actual, evidence })
  const inTime = requests.filter(request => precedes(request, session) && (isResult(request) || isBusy(request)))
  if (inTime.length < 2)
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
  const control = judgedControl(timeline)
  if (!control.passed) return onlyOne.inconclusive(control.reason, { expected, evidence: control.evidence })
  onlyOne.pass({ expected, actual, evidence: [...evidence, ...control.evidence] })
}
