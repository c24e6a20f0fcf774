import { type Conversation, scenario } from '../../harness/scenario.ts'
import { authorisedRequests, httpRequests, isSuccess, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { between, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, should } from '../../harness/verdict/metric.ts'
import { judgeRetryAfter } from './in-session-answers.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'

/** Enough to meet limits of a few per second or ten per minute; limits per hour are met by the run as a whole. */
const most = 20

/** CR-GEN-03, CR-HTTP-13, 14: what happens when very many requests come. Advisory: the standard gives no number. */
export const flood = scenario({
  id: 'http-flood',
  title: 'Very many Connection Requests',
  purpose: `Up to ${most} requests, each as soon as the session before has ended. A device may limit them; then it refuses with 503, and it stays usable.`,
  applies: needs(aSessionOnRequest),
  windows: facts => [rests(facts, 2), { for: 'the sessions', ms: (most + 1) * (facts.timeToSessionMs ?? 0) }],
  metrics: {
    staysUsable: should('CR-GEN-03', 'Many Connection Requests do not put the device out of service.'),
    refusal: must('CR-HTTP-13', 'A request refused for its rate is answered by 503.'),
    noRetryAfter: should('CR-HTTP-14', 'That 503 has no Retry-After header.'),
  },

  async run(conversation) {
    const { bench, step, mark } = conversation
    await step(`Up to ${most} requests, one session after another`, () => untilRefused(conversation))
    mark('flood-over')
    await step('An ordinary request must still bring a session', () => bench.positiveControl())
  },

  judge(timeline, verdict, property) {
    const requests = authorisedRequests(between(timeline, 'flood-begun', 'flood-over'))
    const refused = requests.filter(request => !isSuccess(request))
    const unanswered = firstLegRefusals(timeline)
    const control = judgedControl(timeline)
    const evidence = [...refused, ...unanswered].map(({ seq }) => seq)
    if (requests.length + unanswered.length === 0) {
      for (const metric of [verdict.staysUsable, verdict.refusal, verdict.noRetryAfter])
        metric.inconclusive('The device accepted none of the requests, so that there was no flood.', { evidence })
      return
    }
    property(
      'rate limit',
      refused.length + unanswered.length > 0
        ? `refuses after ${requests.length - refused.length + 1} requests`
        : `none in ${requests.length} requests`,
    )
    verdict.staysUsable.check(control.passed, {
      expected: ['an ordinary request afterwards brings a session'],
      actual: control.reason,
      evidence: control.evidence,
    })
    judgeRetryAfter([...refused, ...unanswered], verdict.noRetryAfter)
    if (evidence.length === 0)
      return verdict.refusal.notAsked(`The device refused none of ${requests.length} requests.`)
    for (const request of [...refused, ...unanswered]) {
      const finding = { expected: ['503'], actual: outcomeOf(request), evidence: [request.seq] }
      if (request.answer) verdict.refusal.check(request.answer.status === 503, finding)
      else if (!control.passed)
        verdict.refusal.inconclusive('The device no longer answered at all; see CR-GEN-03.', finding)
      else if (request.sent === undefined)
        verdict.refusal.inconclusive('No connection came about: it was refused or dropped below HTTP.', finding)
      else verdict.refusal.fail(finding)
    }
  },
})

async function untilRefused({ bench, mark }: Conversation) {
  const label = 'one of many'
  // The first one at rest, so that a limit met by earlier scenarios is not taken for the flood's.
  let knock = await bench.knock(label)
  mark('flood-begun')
  for (let n = 1; n <= most; n++) {
    if (!(await bench.seeSessionThrough(knock))) return
    knock = await bench.requester.knock({ url: bench.url(), credentials: bench.credentials, authorised: true, label })
  }
  await bench.seeSessionThrough(knock)
}

/** Requests refused before they could authenticate themselves: no challenge but 503, reset or silence. */
const firstLegRefusals = (timeline: Timeline) =>
  httpRequests(between(timeline, 'flood-begun', 'flood-over')).filter(
    request => request.sent === undefined || (request.sent.credentials === 'none' && request.answer?.status !== 401),
  )
