import { type Conversation, scenario } from '../../harness/scenario.ts'
import { entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { rests } from '../rests.ts'

const place = '/redirected'

/** CW-SES-09: redirects of the ACS. */
export const redirect = scenario({
  id: 'session-redirect',
  title: 'Redirects of the ACS',
  purpose:
    'The ACS answers an Inform by 302, another by 307. The device sends it to the new place, and the next session begins at the old one.',
  applies: needs(aSessionOnRequest),
  windows: facts => [rests(facts, 3), { for: 'the sessions', ms: 3 * (facts.timeToSessionMs ?? 0) }],
  metrics: {
    found: must('CW-SES-09', 'A 302 is followed: the Inform is posted to the new place.'),
    temporary: must('CW-SES-09', 'A 307 is followed: the Inform is posted to the new place.'),
    notKept: must('CW-SES-09', 'The next session begins at the configured URL again.'),
  },

  async run(conversation) {
    for (const status of [302, 307] as const)
      await conversation.step(`Answer an Inform by ${status}`, () => redirectWith(conversation, status))
    await conversation.step('The next session begins at the ACS URL', async () => {
      conversation.mark('redirects-over')
      await conversation.bench.positiveControl()
    })
  },

  judge(timeline, verdict) {
    judgeFollowed(timeline, 302, verdict.found)
    judgeFollowed(timeline, 307, verdict.temporary)
    const over = markNamed(timeline, 'redirects-over')
    if (!over) return
    const next = entriesOf(timeline, 'session-opened').find(entry => entry.seq > over.seq)
    const post = next && entriesOf(timeline, 'http-received').find(entry => entry.exchange === next.exchange)
    if (!post) return verdict.notKept.inconclusive('No session came after the redirects.', { evidence: [over.seq] })
    verdict.notKept.check(!post.target.includes(place), {
      expected: ['an Inform to the path of the ACS URL'],
      actual: `an Inform to ${post.target}`,
      evidence: [post.seq],
    })
  },
})

async function redirectWith({ bench, mark }: Conversation, status: 302 | 307) {
  const target = `${bench.acs.url}${place}-${status}`
  const plan = bench.acs.plan({
    name: `redirect by ${status}`,
    onInform: (session, nth) => {
      if (nth > 0) return 'respond'
      mark(`redirect-${status}`, { session: session.id })
      return { redirect: target, status }
    },
  })
  await bench.knock(`its Inform gets ${status}`)
  await bench.orConditions(plan.sessionOpened, `No session came to be redirected by ${status}.`)
  await plan.done
  mark(`redirect-${status}-over`)
  await bench.rest()
}

function judgeFollowed(timeline: Timeline, status: number, metric: MetricJudge) {
  const redirected = markNamed(timeline, `redirect-${status}`)
  const over = markNamed(timeline, `redirect-${status}-over`)
  if (!redirected) return
  const requests = entriesOf(timeline, 'http-received').filter(
    entry =>
      entry.target.endsWith(`${place}-${status}`) && entry.seq > redirected.seq && entry.seq < (over?.seq ?? Infinity),
  )
  const inform = entriesOf(timeline, 'inform-repeated').find(
    entry => entry.session === redirected.data?.['session'] && entry.why === 'redirect',
  )
  const [request] = requests
  metric.check(request?.method === 'POST' && inform !== undefined, {
    expected: [`the Inform posted to ${place}-${status}`],
    actual: request
      ? `${request.method} to ${request.target}${inform ? '' : ' without the Inform'}`
      : 'no request to the new place',
    evidence: [redirected.seq, ...(request ? [request.seq] : [])],
  })
}
