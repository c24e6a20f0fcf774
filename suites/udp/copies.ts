import { overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { connectionRequestSessions, nameOf } from '../../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { udpRequests, udpRequestsLabelled } from '../../harness/timeline/udp-requests.ts'
import { attemptsAtRest } from '../../harness/udp-bench.ts'
import { type MetricJudge, must } from '../../harness/verdict/metric.ts'
import { aSessionOnUdpRequest, needs } from '../needs.ts'
import { type Control, judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'

const copied = 'five copies of one request'
const several = 'three requests in one turn'
const fiveCopiesAfterMs = [0, 200, 400, 600, 800]
const volley = 3

const metrics = {
  copies: must('CR-UDP-52', 'Copies of one request, within a second and long after its session, bring one session.'),
  asByHttp: must('CR-UDP-43', 'Several right requests before the session bring one, as they do by HTTP.'),
  onlyOne: must('CR-GEN-08', 'No further session follows from several right requests.'),
}

/** CR-UDP-52, 43, CR-GEN-08: copies of one request, and several requests at once. */
export const copies = scenario({
  id: 'udp-copies',
  title: 'Copies of a UDP Connection Request, and several of them',
  purpose:
    'Five identical datagrams are one request, and so is one more after the session. Three different requests in one turn bring one session.',
  applies: needs(aSessionOnUdpRequest),
  windows: facts => [
    rests(facts, 1),
    { for: 'a pause before the copy that comes late', ms: chosen.silentLimit.ms },
    { for: 'a session after the late copy', ms: chosen.watch(facts).ms },
    { for: 'a second session after several requests', ms: chosen.watch(facts).ms },
    { for: 'three sessions', ms: 3 * (facts.udp.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, watch, mark } = conversation
    const udp = overUdp(bench)
    await step('Five identical datagrams, and one more when the session is long over', async () => {
      const { sent, session } = await udp.knock(copied, { copiesAfterMs: fiveCopiesAfterMs })
      if (session === undefined) throw new ConditionsNotMet('No session followed five copies of a right request.')
      const since = session.seq
      const further = (timeline: Timeline) => connectionRequestSessions(after(timeline, since)).length > 0
      await watch('a second session from the copies', chosen.silentLimit, further)
      mark('copied-again')
      await udp.lab.requester.repeat(sent, [0, 200, 600])
      await watch('a session after the late copy', chosen.watch(bench.facts), further)
      mark('copies-over')
    })
    await step('Three different requests in one turn', async () => {
      const session = await sendVolley(conversation)
      if (session === undefined) return
      const further = (timeline: Timeline) => connectionRequestSessions(after(timeline, session.seq)).length > 0
      await watch('a second session after several requests', chosen.watch(bench.facts), further)
    })
    mark('volley-over')
    await step('An ordinary request must still bring a session', () => bench.udpControl())
  },

  judge(timeline, verdict) {
    const control = judgedControl(timeline)
    judgeCopies(timeline, control, verdict)
    judgeVolley(timeline, control, verdict)
  },
})

const after = (timeline: Timeline, since: number) => timelineOf(timeline.entries.filter(({ seq }) => seq > since))

/** One datagram each, so that hardly one arrives when the device is connecting already; again where all are lost. */
async function sendVolley({ bench, mark, watch }: Conversation) {
  const udp = overUdp(bench)
  for (let attempt = 1; attempt <= attemptsAtRest; attempt++) {
    if (attempt > 1) await watch('a rest, because no session came', chosen.restAfter503)
    await bench.rest()
    mark('volley')
    const since = bench.timeline.lastSeq
    await Promise.all(Array.from({ length: volley }, () => udp.ask(several, { authorised: true, copiesAfterMs: [0] })))
    const session = await bench.connectionRequestSessionAfter(since)
    if (session === undefined) continue
    await bench.sessionEnd(session.session)
    return session
  }
  return undefined
}

function judgeCopies(timeline: Timeline, control: Control, { copies: metric }: MetricJudges<typeof metrics>): void {
  const before = timelineOf(timeline.entries.filter(({ seq }) => seq < (markNamed(timeline, 'copies-over')?.seq ?? 0)))
  const asked = udpRequestsLabelled(before, copied).at(-1)
  if (!asked) return
  const sessions = connectionRequestSessions(after(before, asked.seq))
  const repeatedAt = markNamed(before, 'copied-again')?.seq ?? 0
  const late = sessions.filter(({ seq }) => seq > repeatedAt)
  const expected = ['exactly one session with 6 CONNECTION REQUEST for all copies']
  const evidence = [asked.first.seq, asked.last.seq, ...sessions.map(({ seq }) => seq)]
  const lateOne = late.length > 0 ? ', the last one from the copy that came after the session' : ''
  const actual = `${sessions.map(nameOf).join(', ')}${lateOne}`
  if (sessions.length === 0)
    return metric.inconclusive('No session followed the copies at all.', { expected, evidence })
  if (sessions.length > 1) return metric.fail({ expected, actual, evidence })
  if (!control.passed) return metric.inconclusive(control.reason, { expected, evidence: control.evidence })
  metric.pass({ expected, actual, evidence: [...evidence, ...control.evidence] })
}

function judgeVolley(timeline: Timeline, control: Control, verdict: MetricJudges<typeof metrics>): void {
  const begun = markNamed(timeline, 'volley')
  if (!begun) return
  const stretch = between(after(timeline, begun.seq - 1), 'volley', 'volley-over')
  for (const metric of [verdict.onlyOne, verdict.asByHttp]) judgeFurther(stretch, control, metric)
}

function judgeFurther(stretch: Timeline, control: Control, metric: MetricJudge): void {
  const requests = udpRequests(stretch)
  const [first, ...others] = connectionRequestSessions(stretch)
  const expected = [
    'exactly one session with 6 CONNECTION REQUEST',
    'one more where a request arrived while the device was connecting',
  ]
  const evidence = [...requests, ...(first ? [first] : []), ...others].map(({ seq }) => seq)
  if (first === undefined)
    return metric.inconclusive('No session followed the requests at all.', { expected, evidence })
  const actual = [first, ...others].map(nameOf).join(', ')
  const clearlyBefore = requests.filter(({ last }) => last.at <= first.attemptAt - chosen.sameInstant.ms)
  const allowed = clearlyBefore.length < requests.length ? 1 : 0
  const finding = { expected, actual, evidence }
  if (others.length > allowed) return metric.fail(finding)
  if (clearlyBefore.length < 2 || others.length > 0)
    return metric.inconclusive('A request may have come while the device was connecting: one more is legal.', finding)
  if (!control.passed) return metric.inconclusive(control.reason, { expected, evidence: control.evidence })
  metric.pass({ ...finding, evidence: [...evidence, ...control.evidence] })
}
