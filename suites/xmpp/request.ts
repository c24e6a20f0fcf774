import { decoyConnected, openDecoy } from '../../harness/acs/decoy.ts'
import { overXmpp } from '../../harness/bench.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, isResult, type XmppRequest, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
import { must } from '../../harness/verdict/metric.ts'
import { anXmppStream, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { judgeDelay, judgeEvents, repliedByXmpp } from '../session-after-reply.ts'
import { endOfStream } from './answers.ts'

const ordinary = 'ordinary XMPP request'
const elsewhere = 'sender whose domain is another place'

const metrics = {
  result: must('CR-XMPP-20', 'The answer to a right request is an iq of type result with its id and nothing in it.'),
  inTime: must('CR-GEN-04', 'A session is attempted within 30 s of the result.'),
  event: must('CR-GEN-05', 'The Inform of that session lists "6 CONNECTION REQUEST" with an empty CommandKey.'),
  asByHttp: must('CR-XMPP-24', 'The session comes as it does after an HTTP Connection Request: in 30 s, with event 6.'),
  toAcs: must('CR-GEN-06', 'The session goes to the ACS that the device already knows, whoever asked.'),
}

/** CR-XMPP-20, 24, CR-GEN-04, 05, 06: one XMPP request, its answer and its session. */
export const request = scenario({
  id: 'xmpp-request',
  title: 'One XMPP Connection Request at rest',
  purpose:
    'The ordinary case: an iq with the right credentials gets an empty result, and the device calls within 30 s.',
  applies: needs(anXmppStream),
  windows: facts => [
    rests(facts, 2),
    { for: 'two sessions that follow a result', ms: 2 * (facts.xmpp.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    mark('ordinary-begun')
    await step('One iq with the right credentials', async () => {
      const outcome = await overXmpp(bench).knock(ordinary)
      if (outcome.type === 'xmpp-cr-answered' && outcome.kind === 'error') return
      // The device may have answered in another way than by a result; the session tells.
      const session = await bench.connectionRequestSessionAfter(sentBefore(conversation))
      if (session) await bench.sessionEnd(session.session)
    })
    mark('ordinary-done')
    await step('The same from a sender whose domain is an address of ours', () => requestFromElsewhere(conversation))
  },

  judge(timeline, verdict, property) {
    const stretch = between(timeline, 'ordinary-begun', 'ordinary-done')
    const asked = xmppRequestsLabelled(stretch, ordinary).at(-1)
    if (asked) judgeRequest(stretch, asked, verdict, property)
    judgeDestination(timeline, verdict)
  },
})

const sentBefore = ({ bench }: Conversation) =>
  bench.timeline.entries.findLast(({ type }) => type === 'xmpp-cr-sent')?.seq ?? 0

async function requestFromElsewhere(conversation: Conversation) {
  const { bench, mark } = conversation
  const xmpp = overXmpp(bench)
  const { secondAddress } = bench.facts
  const { lab } = xmpp
  if (lab.server === undefined || secondAddress === undefined) {
    const because =
      lab.server === undefined
        ? 'an external XMPP server lets the ACS send from its own domain only'
        : 'this machine has no second address'
    return mark('no-other-place', { because })
  }
  await using decoy = await openDecoy({ ...bench, address: secondAddress, port: Number(new URL(bench.acs.url).port) })
  mark('decoy', { authority: decoy.authority })
  await lab.addSenders(secondAddress)
  const outcome = await xmpp.knock(elsewhere, { from: `connreq@${secondAddress}/acs` })
  await xmpp.seeSessionThrough(outcome)
}

function judgeRequest(
  timeline: Timeline,
  asked: XmppRequest,
  verdict: MetricJudges<typeof metrics>,
  property: (name: string, value: string) => void,
) {
  const replied = repliedByXmpp(timeline, asked)
  judgeResult(timeline, asked, verdict)
  if (!isResult(asked)) {
    for (const metric of [verdict.inTime, verdict.event, verdict.asByHttp])
      metric.inconclusive(`The request was not answered by a result: ${answerOf(asked)}.`, {
        evidence: replied.evidence,
      })
    return
  }
  judgeDelay(timeline, replied, verdict.inTime)
  judgeEvents(timeline, replied, verdict.event)
  judgeDelay(timeline, replied, verdict.asByHttp)
  if (replied.session !== undefined) judgeEvents(timeline, replied, verdict.asByHttp)
  const { answer } = asked
  if (answer) property('time to the XMPP result', formatDuration(answer.receivedAt - answer.sentAt))
  if (answer && replied.session)
    property(
      'time from XMPP result to session',
      formatDuration(Math.max(0, replied.session.attemptAt - answer.receivedAt)),
    )
}

function judgeResult(timeline: Timeline, asked: XmppRequest, { result }: MetricJudges<typeof metrics>) {
  const expected = ['an iq of type result with the same id and no payload']
  const evidence = [asked.sent.seq, ...(asked.seq === asked.sent.seq ? [] : [asked.seq])]
  const { answer } = asked
  if (!answer) {
    const ended = endOfStream(timeline, asked)
    if (ended)
      return result.inconclusive('The stream ended before an answer could come.', {
        expected,
        evidence: [...evidence, ended.seq],
      })
    const [stray] = entriesOf(timeline, 'xmpp-stray-stanza').filter(({ seq }) => seq > asked.sent.seq)
    const instead = stray
      ? `; instead came a ${stray.name}${stray.id === undefined ? '' : ` with the id "${stray.id}"`}`
      : ''
    return result.fail({
      expected,
      actual: `${answerOf(asked)}${instead}`,
      evidence: [...evidence, ...(stray ? [stray.seq] : [])],
    })
  }
  if (answer.answeredBy === 'server')
    return result.inconclusive('The server answered: the device’s stream was not there.', { expected, evidence })
  if (answer.kind === 'error') {
    if (answer.condition === 'service-unavailable' || answer.condition === 'resource-constraint')
      return result.inconclusive('The device refuses for now, and still after rests; see CR-XMPP-23.', {
        expected,
        evidence,
      })
    return result.fail({ expected, actual: answerOf(asked), evidence })
  }
  const took = answer.receivedAt - answer.sentAt
  const promptly = chosen.promptReply
  if (answer.content.length > 0)
    result.warn({ expected, actual: `a result that holds ${answer.content.join(', ')}`, evidence })
  if (took > promptly.ms)
    result.warn({
      expected: ['a result at once'],
      actual: `the result took ${formatDuration(took)}`,
      evidence,
      limit: promptly,
      measured: took,
    })
  result.pass({ expected, actual: answerOf(asked), evidence })
}

function judgeDestination(timeline: Timeline, { toAcs }: MetricJudges<typeof metrics>) {
  const expected = ['the session at the ACS that the device already knows']
  const strayed = entriesOf(timeline, 'mark').find(({ name }) => name === decoyConnected)
  if (strayed)
    return toAcs.fail({
      expected,
      actual: 'the device connected to the place that the sender’s domain named',
      evidence: [strayed.seq],
    })
  const [label] = [elsewhere, ordinary].filter(each => xmppRequestsLabelled(timeline, each).some(isResult))
  const asked = label === undefined ? undefined : xmppRequestsLabelled(timeline, label).at(-1)
  const replied = asked && repliedByXmpp(timeline, asked)
  if (!replied?.session) return toAcs.inconclusive('No session came whose destination could be seen.', { expected })
  toAcs.pass({ expected, actual: `${nameOf(replied.session)} with the ACS`, evidence: replied.evidence })
}
