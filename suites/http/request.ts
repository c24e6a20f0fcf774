import { openDecoy, decoyConnected } from '../../harness/acs/decoy.ts'
import { isAccepted } from '../../harness/bench.ts'
import { knockWithDigestFetch } from '../../harness/connection-request/http/digest-fetch-knock.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { authorisedRequests, httpRequests, isSuccess, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import { must } from '../../harness/verdict/metric.ts'
import { notBehindNat } from '../needs.ts'
import { type Exchange, evidenceOf, exchangeLabelled, replyToSession } from '../reply-and-session.ts'
import { rests } from '../rests.ts'
import { judgeDelay, judgeEvents, repliedByHttp } from '../session-after-reply.ts'

const ordinary = 'ordinary request'
const elsewhere = 'Host header naming another place'
const secondClient = 'second client'
/** How often the order of reply and session is looked at when both come in the same instant. */
const repetitions = 3

const metrics = {
  listens: must('CR-GEN-01', 'The device answers HTTP requests on its ConnectionRequestURL.'),
  status: must('CR-HTTP-10', 'The reply to a correctly authenticated request is 200 or 204.'),
  digest: must('CR-HTTP-07', 'A correct answer with the qop that the device offered is accepted.'),
  empty: must('CR-HTTP-12', 'The body of the success reply has length zero.'),
  replyFirst: must('CR-HTTP-11', 'The reply is sent at once and before the session is attempted.'),
  inTime: must('CR-GEN-04', 'A session is attempted within 30 s of the success reply.'),
  event: must('CR-GEN-05', 'The Inform of that session lists "6 CONNECTION REQUEST" with an empty CommandKey.'),
  toAcs: must('CR-GEN-06', 'The session goes to the ACS that the device already knows, whatever the request says.'),
}

/** CR-GEN-01, 04, 05, 06, CR-HTTP-07, 10, 11, 12: one request, its reply and its session. */
export const request = scenario({
  id: 'http-request',
  title: 'One Connection Request at rest',
  purpose: 'The ordinary case: an authenticated GET gets an empty success reply, and the device calls within 30 s.',
  applies: notBehindNat,
  windows: facts => [
    rests(facts, 3),
    { for: 'two sessions that follow a reply', ms: 2 * (facts.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step, mark } = conversation
    mark('reachability', { ...bench.facts.reachability })
    if (bench.facts.reachability.state !== 'reachable') return
    if (bench.requester.qop === 'never') mark('digest-without-qop')
    let inSameInstant = true
    for (let n = 1; inSameInstant && n <= repetitions; n++) {
      mark('ordinary-begun')
      inSameInstant = await step(
        n === 1 ? 'One authenticated GET' : `The same again, because reply and session came together (${n})`,
        () => oneRequest(conversation),
      )
    }
    mark('ordinary-done')
    await step('A request whose Host header names another place', () => requestFromElsewhere(conversation))
    await step('A request by an independent client (digest-fetch)', async () => {
      await bench.rest()
      const outcome = await knockWithDigestFetch({
        ...bench,
        url: bench.url(),
        credentials: bench.credentials,
        label: secondClient,
      })
      if (outcome.accepted) await awaitSession(conversation)
    })
  },

  judge(timeline, verdict, property) {
    judgeListening(timeline, verdict)
    const exchange = exchangeLabelled(timeline, ordinary)
    if (exchange) judgeExchange(timeline, exchange, verdict, property)
    else judgeNothing(timeline, verdict)
    judgeDestination(timeline, verdict)
    const second = httpRequests(timeline).findLast(candidate => candidate.label === secondClient)
    if (second) property('independent Digest client (digest-fetch)', outcomeOf(second))
  },
})

/** @returns whether reply and session were too close to each other to be put in order */
async function oneRequest(conversation: Conversation): Promise<boolean> {
  const { bench } = conversation
  const knock = await bench.knock(ordinary)
  if (!isAccepted(knock) || knock.final.kind !== 'answer') return false
  const session = await awaitSession(conversation)
  return session !== undefined && Math.abs(session.attemptAt - knock.final.lastByteAt) < chosen.sameInstant.ms
}

async function awaitSession({ bench }: Conversation) {
  const before = bench.timeline.entries.findLast(entry => entry.type === 'http-cr-sent')?.seq ?? 0
  const session = await bench.connectionRequestSessionAfter(before)
  if (session) await bench.sessionEnd(session.session)
  return session
}

async function requestFromElsewhere(conversation: Conversation) {
  const { bench } = conversation
  await using decoy = await openDecoy({ ...bench, address: bench.localAddress() })
  const knock = await bench.knock(elsewhere, { headers: [['Host', decoy.authority]] })
  if (isAccepted(knock)) await awaitSession(conversation)
}

function judgeListening(timeline: Timeline, { listens }: Pick<MetricJudges<typeof metrics>, 'listens'>) {
  const mark = markNamed(timeline, 'reachability')
  const reachability = mark?.data as { state?: string; detail?: string } | undefined
  const answered = httpRequests(timeline).find(candidate => candidate.answer)
  const expected = ['an answer to HTTP requests on the ConnectionRequestURL']
  if (answered) return listens.pass({ expected, actual: outcomeOf(answered), evidence: [answered.seq] })
  const silent = httpRequests(timeline).find(candidate => candidate.silence)
  const evidence = silent ? [silent.seq] : mark ? [mark.seq] : []
  const actual = reachability?.detail ?? (silent ? outcomeOf(silent) : 'no request could be sent')
  if (reachability?.state === 'refused') listens.fail({ expected, actual, evidence })
  else
    listens.inconclusive(
      `${actual} A firewall, NAT or missing route between here and the device would look the same.`,
      { expected, evidence },
    )
}

function judgeExchange(
  timeline: Timeline,
  exchange: Exchange,
  verdict: MetricJudges<typeof metrics>,
  property: (name: string, value: string) => void,
) {
  const { request: knock, session } = exchange
  const evidence = evidenceOf(exchange)
  judgeDigest(timeline, verdict)
  if (!isSuccess(knock)) return judgeRefusal(exchange, verdict)
  const answer = knock.answer
  if (!answer) return
  verdict.status.pass({ expected: ['200', '204'], actual: outcomeOf(knock), evidence })
  verdict.empty.check(answer.body.length === 0, {
    expected: ['no body', 'a body of length 0 in any framing'],
    actual: `${answer.body.length} bytes of body`,
    evidence: [answer.seq],
  })
  const replied = repliedByHttp(timeline, exchange)
  judgeDelay(timeline, replied, verdict.inTime)
  judgeEvents(timeline, replied, verdict.event)
  judgeOrder(timeline, verdict)
  property('success reply', String(answer.status))
  property('time to the reply', formatDuration(answer.lastByteAt - answer.sentAt))
  const delay = replyToSession(exchange)
  if (session && delay !== undefined) property('time from reply to session', formatDuration(Math.max(0, delay)))
}

function judgeNothing(timeline: Timeline, verdict: MetricJudges<typeof metrics>) {
  const detail = markNamed(timeline, 'reachability')?.data?.['detail']
  const reason = `No authenticated request could be made. ${typeof detail === 'string' ? detail : ''}`.trim()
  for (const metric of [
    verdict.status,
    verdict.digest,
    verdict.empty,
    verdict.replyFirst,
    verdict.inTime,
    verdict.event,
  ])
    metric.inconclusive(reason)
}

/** 503 has been repeated after rests by then; 401 is judged with the credentials, other refusals by CR-GEN-13. */
function judgeRefusal(exchange: Exchange, verdict: MetricJudges<typeof metrics>) {
  const { answer } = exchange.request
  const actual = outcomeOf(exchange.request)
  const evidence = evidenceOf(exchange)
  if (answer && answer.status >= 200 && answer.status < 400)
    verdict.status.fail({ expected: ['200', '204'], actual, evidence })
  for (const metric of [verdict.status, verdict.empty, verdict.replyFirst, verdict.inTime, verdict.event])
    metric.inconclusive(`The request was not accepted with 200 or 204: ${actual}.`, { evidence })
}

function judgeDigest(timeline: Timeline, { digest }: MetricJudges<typeof metrics>) {
  const request = authorisedRequests(timeline).findLast(candidate => candidate.label === ordinary)
  const fallback = markNamed(timeline, 'digest-without-qop')
  if (fallback)
    digest.fail({
      expected: ['a correct answer with the offered qop is accepted'],
      actual: 'refused with 401; the same credentials without qop were accepted',
      evidence: [fallback.seq],
    })
  else if (request?.answer && request.answer.status !== 401)
    digest.pass({ expected: ['accepted'], actual: outcomeOf(request), evidence: [request.seq] })
  else
    digest.inconclusive(
      'The credentials were refused, with qop and without.',
      request ? { evidence: [request.seq] } : {},
    )
}

/**
 * The order of reply and session over all repetitions. Closer than 5 ms it counts only when it is the right one each
 * time; a round that shows it clearly settles the matter.
 */
function judgeOrder(timeline: Timeline, { replyFirst }: MetricJudges<typeof metrics>) {
  const rounds = ordinaryRounds(timeline)
  const expected = ['the whole reply, then the attempt to open the session']
  const promptly = chosen.promptReply
  const compared = rounds.flatMap(exchange => {
    const delay = replyToSession(exchange)
    const { answer } = exchange.request
    if (delay === undefined || !answer) return []
    const alreadyConnecting = exchange.session !== undefined && exchange.session.attemptAt < answer.sentAt
    const finding = {
      expected,
      evidence: evidenceOf(exchange),
      limit: chosen.sameInstant,
      measured: delay,
      uncertainty: answer.connectMs,
    }
    return [{ delay, answer, alreadyConnecting, finding }]
  })
  for (const { answer, finding } of compared) {
    const took = answer.lastByteAt - answer.sentAt
    if (took > promptly.ms)
      replyFirst.warn({
        expected: ['a reply at once'],
        actual: `the reply took ${formatDuration(took)}`,
        evidence: finding.evidence,
        limit: promptly,
        measured: took,
      })
  }
  const usable = compared.filter(({ alreadyConnecting }) => !alreadyConnecting)
  const early = usable.find(({ delay }) => delay <= -chosen.sameInstant.ms)
  const clear = usable.find(({ delay }) => delay >= chosen.sameInstant.ms)
  const last = usable.at(-1)
  if (early)
    replyFirst.fail({
      ...early.finding,
      actual: `the session was attempted ${formatDuration(-early.delay)} before the reply was complete`,
    })
  else if (clear)
    replyFirst.pass({ ...clear.finding, actual: `the reply came ${formatDuration(clear.delay)} before the attempt` })
  else if (last && usable.every(({ delay }) => delay >= 0))
    replyFirst.pass({
      ...last.finding,
      actual: `the reply came first each time, ${formatDuration(last.delay)} before the attempt`,
    })
  else if (last) replyFirst.inconclusive('Reply and session came within 5 ms of each other.', last.finding)
  else if (compared.length > 0) replyFirst.inconclusive('The device was already connecting when the request came.')
  else replyFirst.inconclusive('No session came that could be compared with the reply.')
}

function ordinaryRounds(timeline: Timeline): Exchange[] {
  const rounds: Exchange[] = []
  for (
    let rest = between(timeline, 'ordinary-begun');
    rest.entries.length > 0;
    rest = between(rest, 'ordinary-begun')
  ) {
    const round = between(
      { entries: [{ seq: 0, at: 0, type: 'mark', name: 'round' }, ...rest.entries] },
      'round',
      'ordinary-begun',
    )
    const exchange = exchangeLabelled(round, ordinary)
    if (exchange) rounds.push(exchange)
  }
  return rounds
}

function judgeDestination(timeline: Timeline, { toAcs }: MetricJudges<typeof metrics>) {
  const exchange = exchangeLabelled(timeline, elsewhere)
  const strayed = markNamed(timeline, decoyConnected)
  const expected = ['a session with the ACS and no connection to the place that the Host header named']
  if (strayed)
    return toAcs.fail({
      expected,
      actual: 'the device connected to the place that the Host header named',
      evidence: [strayed.seq],
    })
  if (!exchange) return toAcs.inconclusive('No request with another Host header could be sent.')
  if (!exchange.session)
    return toAcs.inconclusive('The request with another Host header brought no session.', {
      evidence: evidenceOf(exchange),
    })
  toAcs.pass({ expected, actual: `${nameOf(exchange.session)} with the ACS`, evidence: evidenceOf(exchange) })
}
