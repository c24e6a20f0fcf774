import { isAccepted, overXmpp } from '../../harness/bench.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { chosen } from '../../harness/limits.ts'
import { refusalOf } from '../../harness/rate-limit.ts'
import { type Applicability, type Conversation, scenario } from '../../harness/scenario.ts'
import { httpRequests, isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, isResult, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
import { type MetricJudge, must } from '../../harness/verdict/metric.ts'
import { exchangeLabelled, evidenceOf } from '../reply-and-session.ts'
import { anAnsweredKnock, anHttpServer, aSessionOnXmppRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'

const byXmpp = 'over XMPP, just before'
const byHttp = 'over HTTP, with the XMPP stream up'

/** The mark with the number of requests `accepted` over HTTP in the run up to then. */
const before = 'accepted-over-http'

/** Credentials known to be right, or a device that refused to look at them: its stream was up from the beginning. */
const anHttpServerThatRefusesOrServes = (facts: DeviceFacts): Applicability =>
  facts.firstAnswer?.status === 503 ? anHttpServer(facts) : anAnsweredKnock(facts)

/** CR-XMPP-29: HTTP Connection Requests are served while the XMPP stream is up. */
export const httpBeside = scenario({
  id: 'http-beside-xmpp',
  title: 'An HTTP Connection Request beside XMPP',
  purpose:
    'A request over XMPP shows that the stream is up. Then an HTTP request must be accepted and bring a session as well.',
  applies: needs(aSessionOnXmppRequest, anHttpServerThatRefusesOrServes),
  windows: facts => [
    rests(facts, 2),
    { for: 'two sessions', ms: (facts.xmpp.timeToSessionMs ?? 0) + (facts.timeToSessionMs ?? 0) },
  ],
  metrics: {
    served: must('CR-XMPP-29', 'An HTTP Connection Request is accepted, and brings a session, while XMPP is up.'),
  },

  async run(conversation) {
    const { bench, step } = conversation
    await step('One request over XMPP', async () => {
      const xmpp = overXmpp(bench)
      await xmpp.seeSessionThrough(await xmpp.knock(byXmpp))
    })
    await step('One request over HTTP', async () => {
      const first = await knockAtRest(conversation)
      const isRefused = !isAccepted(first) && refusalOf(first.final) !== undefined
      if (isRefused) await conversation.watch('a rest, because the device refused for now', chosen.restAfter503)
      await bench.seeSessionThrough(isRefused ? await knockAtRest(conversation) : first)
    })
  },

  judge(timeline, verdict) {
    judgeServed(timeline, verdict.served)
  },
})

async function knockAtRest({ bench, mark }: Conversation) {
  await bench.rest()
  mark(before, { accepted: httpRequests(bench.timeline).filter(isSuccess).length })
  const { credentials } = bench
  return bench.requester.knock({ url: bench.url(), label: byHttp, credentials, authorised: true })
}

function judgeServed(timeline: Timeline, served: MetricJudge): void {
  const expected = ['200 or 204 over HTTP, then a session with 6 CONNECTION REQUEST']
  const xmpp = xmppRequestsLabelled(timeline, byXmpp).at(-1)
  const request = requestsLabelled(timeline, byHttp).at(-1)
  if (!xmpp || !isResult(xmpp))
    return served.inconclusive(
      `The XMPP stream was not seen to be up: ${xmpp ? answerOf(xmpp) : 'nothing was asked'}.`,
      { expected },
    )
  if (!request) return served.inconclusive('No HTTP request was made.', { expected })
  const finding = { expected, actual: outcomeOf(request), evidence: [xmpp.seq, request.seq] }
  const exchange = exchangeLabelled(timeline, byHttp)
  if (isSuccess(request)) {
    if (exchange?.session) return served.pass({ ...finding, evidence: [xmpp.seq, ...evidenceOf(exchange)] })
    return served.inconclusive('The HTTP request was accepted, but no session came; see CR-GEN-04.', finding)
  }
  const acceptedBefore = Number(markNamed(timeline, before)?.data?.['accepted'] ?? 0)
  if (request.answer?.status === 503 && acceptedBefore > 0)
    return served.inconclusive('The device refuses with 503, as a rate limit may; it served HTTP before.', finding)
  served.fail(finding)
}
