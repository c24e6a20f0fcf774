import { xml } from '../../harness/connection-request/xmpp/xmpp-component.ts'
import { overXmpp } from '../../harness/bench.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
import { ours, type Limit } from '../../harness/verdict/limit.ts'
import { must } from '../../harness/verdict/metric.ts'
import { anEmbeddedXmppServer, anXmppStream, needs } from '../needs.ts'
import { rests } from '../rests.ts'
import { endOfStream } from './answers.ts'
import { hasParameter, setParameters, settingOf, settleConnection } from './connection-settings.ts'
import { endIn, judgeStays, type Listening } from './keepalive-stays.ts'
import { accountMark } from './own-connections.ts'

const intervalMs = 30_000
const periods = 3
const setOn = `set KeepAliveInterval to ${intervalMs / 1000}`
const setOff = 'set KeepAliveInterval to 0'
const listenings: readonly Listening[] = [
  { name: 'on', setting: setOn },
  { name: 'off', setting: setOff },
]
const ping = 'ping'
const unknownQuery = 'iq get of an unknown namespace'

/** Three periods, and half a one for the first to begin. */
const onWindow: Limit = ours(
  (intervalMs * (periods + 0.5)) / 1000,
  'three periods of the KeepAliveInterval that was set, and half a one for the first to begin',
)
const offWindow: Limit = ours((intervalMs * 2) / 1000, 'twice the KeepAliveInterval that was in force before')

const metrics = {
  answersPing: must('CR-XMPP-31', 'A ping is answered, by a result or an error.'),
  answersUnknown: must('CR-XMPP-31', 'A query of an unknown namespace is answered by an error.'),
  period: must('CR-XMPP-16', 'With a KeepAliveInterval of 30 the stream is kept alive about every 30 s.'),
  none: must('CR-XMPP-16', 'With a KeepAliveInterval of 0 nothing is sent to keep the stream alive.'),
  stays: must('CR-XMPP-02', 'The stream stays up while nothing asks for its end, or is made again.'),
}

/** CR-XMPP-02, 16, 31: what the device sends on an idle stream, and that it answers queries. */
export const keepalive = scenario({
  id: 'xmpp-keepalive',
  title: 'Queries and keep-alives on the XMPP stream',
  purpose:
    'The device answers pings and queries it does not know, and keeps its idle stream alive as often as it was told.',
  applies: needs(anXmppStream),
  windows: facts => [
    rests(facts, facts.xmpp.server === 'embedded' ? 3 : 0),
    ...(anEmbeddedXmppServer(facts).applies
      ? [
          { for: 'keep-alives every 30 s', ms: onWindow.ms },
          { for: 'no keep-alives', ms: offWindow.ms },
        ]
      : []),
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    const xmpp = overXmpp(bench)
    mark(accountMark, { username: xmpp.lab.account.username })
    await step('Ask with a ping, and with a query nobody knows', async () => {
      await bench.rest()
      await xmpp.ask(ping, { payload: [xml('ping', { xmlns: 'urn:xmpp:ping' })] })
      await xmpp.ask(unknownQuery, { payload: [xml('query', { xmlns: 'urn:connreq:unknown' })] })
    })
    if (xmpp.lab.server === undefined) return mark('not-observable', { because: 'the XMPP server of the lab is used' })
    if (!hasParameter(bench, 'KeepAliveInterval'))
      return mark('not-observable', { because: 'the device has no KeepAliveInterval' })
    try {
      await step(`Set KeepAliveInterval to ${intervalMs / 1000} and listen`, () =>
        listen(conversation, { what: setOn, value: String(intervalMs / 1000), name: 'on', limit: onWindow }),
      )
      await step('Set it to 0 and listen', () =>
        listen(conversation, { what: setOff, value: '0', name: 'off', limit: offWindow }),
      )
    } finally {
      await restoreInterval(conversation)
    }
  },

  judge(timeline, verdict, property) {
    judgeAnswers(timeline, verdict)
    const unobservable = markNamed(timeline, 'not-observable')
    if (unobservable) {
      const reason = `Keep-alives cannot be judged: ${String(unobservable.data?.['because'])}.`
      for (const metric of [verdict.period, verdict.none, verdict.stays])
        metric.notApplicable(reason, 'the embedded server were used and the device had KeepAliveInterval')
      return
    }
    judgePeriod(timeline, verdict, property)
    judgeNone(timeline, verdict)
    judgeStays(timeline, listenings, verdict.stays, property)
  },
})

async function listen(
  conversation: Conversation,
  { what, value, name, limit }: { what: string; value: string; name: Listening['name']; limit: Limit },
) {
  const { bench, watch, mark } = conversation
  const xmpp = overXmpp(bench)
  const { fault } = await setParameters(conversation, what, { KeepAliveInterval: value })
  if (fault !== undefined) return
  // The device may connect anew for another interval: the window begins with the stream that it keeps.
  await bench.rest()
  if (xmpp.stream() === undefined) await xmpp.boundAfter(bench.timeline.lastSeq, bench.facts.timing.xmppConnectMs)
  mark(`listening-${name}`, { connection: xmpp.stream()?.connection })
  await watch(name === 'on' ? 'keep-alives every 30 s' : 'no keep-alives', limit)
  mark(`listened-${name}`)
  const returnLimit = chosen.xmppConnect(bench.facts)
  if (xmpp.stream() === undefined) await xmpp.boundAfter(bench.timeline.lastSeq, returnLimit.ms)
  mark(`return-awaited-${name}`, { limit: returnLimit })
}

async function restoreInterval(conversation: Conversation) {
  const { bench } = conversation
  const { path, parameters } = overXmpp(bench).connection
  await setParameters(conversation, 'set KeepAliveInterval back', {
    KeepAliveInterval: parameters[`${path}KeepAliveInterval`]?.value ?? '-1',
  })
  await settleConnection(conversation)
}

function judgeAnswers(timeline: Timeline, verdict: MetricJudges<typeof metrics>) {
  const expected = ['a result', 'an error of any condition']
  for (const [label, metric] of [
    [ping, verdict.answersPing],
    [unknownQuery, verdict.answersUnknown],
  ] as const) {
    const asked = xmppRequestsLabelled(timeline, label).at(-1)
    if (!asked) continue
    const finding = { expected, actual: answerOf(asked), evidence: [asked.sent.seq, asked.seq] }
    if (asked.answer && asked.answer.answeredBy !== 'device')
      metric.inconclusive('The answer may be that of the server.', finding)
    else if (!asked.answer && endOfStream(timeline, asked))
      metric.inconclusive('The stream ended before an answer could come.', finding)
    else metric.check(asked.answer !== undefined, finding)
  }
}

interface Traffic {
  /** The keep-alives. */
  sent: EntryOf<'xmpp-received'>[]
  /** When anything was sent: each may put off the next keep-alive. */
  moments: number[]
  from: number
  to: number
}

/** What the device sent on that connection while it was listened to. */
function trafficIn(timeline: Timeline, name: Listening['name']): Traffic | undefined {
  const begun = markNamed(timeline, `listening-${name}`)
  const over = markNamed(timeline, `listened-${name}`)
  if (!begun || !over || begun.data?.['connection'] === undefined) return undefined
  const stretch = between(timeline, `listening-${name}`, `listened-${name}`)
  const isHere = ({ connection }: EntryOf<'xmpp-received'>) => connection === begun.data?.['connection']
  const moments = entriesOf(stretch, 'xmpp-received').filter(isHere)
  return { sent: moments.filter(isKeepAlive), moments: moments.map(({ at }) => at), from: begun.at, to: over.at }
}

/** White space or a ping. Whatever else a device sends it may send for another reason. RFC 6120 4.6.1, XEP-0199 */
const isKeepAlive = ({ what, name, stanzaType, raw }: EntryOf<'xmpp-received'>) =>
  what === 'whitespace' ||
  (what === 'stanza' && name === 'iq' && stanzaType === 'get' && raw.text?.includes('urn:xmpp:ping') === true)

function judgePeriod(
  timeline: Timeline,
  { period }: MetricJudges<typeof metrics>,
  property: (name: string, value: string) => void,
) {
  const setting = settingOf(timeline, setOn)
  const traffic = trafficIn(timeline, 'on')
  if (setting?.fault !== undefined)
    return period.inconclusive(`KeepAliveInterval could not be set: ${setting.fault}`, { evidence: [setting.seq] })
  if (!traffic || !setting) return period.inconclusive('There was no stream to listen to.')
  const { sent, from, to } = traffic
  const expected = ['white space or a ping about every 30 s']
  const evidence = [setting.seq, ...sent.slice(0, 10).map(({ seq }) => seq)]
  if (endIn(timeline, 'on')) return period.inconclusive('The stream ended while it was listened to.', { evidence })
  const moments = [from, ...traffic.moments, to]
  const gaps = moments.slice(1).map((at, index) => at - (moments[index] ?? at))
  const widest = Math.max(...gaps)
  // Half a period of grace; the last gap is cut short by the end of the window.
  const tooWide = widest > 1.5 * intervalMs
  if (setting.status === 1 && tooWide)
    return period.inconclusive('The device answered status 1: it applies the interval later.', { expected, evidence })
  const finding = {
    expected,
    evidence,
    limit: onWindow,
    measured: widest,
    actual: `${sent.length} in ${formatDuration(to - from)}, the widest gap ${formatDuration(widest)}`,
  }
  // RFC 6120 4.6.1 leaves the method open, and TCP keep-alives do not reach us.
  if (sent.length === 0)
    return period.warn({
      ...finding,
      actual: 'neither white space nor a ping; TCP keep-alives, if any, cannot be seen from here',
    })
  property('keep-alive', methodsOf(sent))
  if (tooWide) return period.fail(finding)
  if (sent.length > 2 * (periods + 1))
    return period.warn({ ...finding, actual: `${finding.actual}: more often than asked` })
  period.pass(finding)
}

/** "white space", "white space, ping" */
const methodsOf = (sent: readonly EntryOf<'xmpp-received'>[]) =>
  [...new Set(sent.map(({ what }) => (what === 'whitespace' ? 'white space' : 'ping')))].join(', ')

function judgeNone(timeline: Timeline, { none }: MetricJudges<typeof metrics>) {
  const setting = settingOf(timeline, setOff)
  const traffic = trafficIn(timeline, 'off')
  if (setting?.fault !== undefined)
    return none.inconclusive(`KeepAliveInterval could not be set: ${setting.fault}`, { evidence: [setting.seq] })
  if (!traffic || !setting) return none.inconclusive('There was no stream to listen to.')
  const { sent } = traffic
  const evidence = [setting.seq, ...sent.slice(0, 10).map(({ seq }) => seq)]
  const expected = ['neither white space nor a ping on the idle stream']
  if (endIn(timeline, 'off')) return none.inconclusive('The stream ended while it was listened to.', { evidence })
  if (setting.status === 1 && sent.length > 0)
    return none.inconclusive('The device answered status 1: it applies the interval later.', { expected, evidence })
  none.check(sent.length === 0, {
    expected,
    actual: sent.length === 0 ? 'nothing' : `${sent.length} times: ${methodsOf(sent)}`,
    evidence,
    limit: offWindow,
  })
}
