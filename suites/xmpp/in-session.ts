import { overXmpp } from '../../harness/bench.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { chosen, sessionWait } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import {
  answerOf,
  isBusy,
  isResult,
  type XmppRequest,
  xmppRequestsLabelled,
} from '../../harness/timeline/xmpp-requests.ts'
import { type MetricJudge, must, weakMust } from '../../harness/verdict/metric.ts'
import {
  alternativeTaken,
  askedByXmpp,
  type InSessionOutcome,
  judgeFollowUp,
  judgePromptness,
  judgeRefused,
} from '../follow-up.ts'
import { aSessionOnXmppRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'
import { reachedDevice } from './answers.ts'

/** How long one request may stay without an answer while the session is held. */
const heldAnswerMs = 10_000

const duringSession = 'during the session'

const metricsFor = () => ({
  undisturbed: must('CR-GEN-09', 'A request during a session does not end the session early.'),
  followUp: must('CR-XMPP-24', 'Requests during a session are all refused, or bring exactly one session after it.'),
  prompt: weakMust('CR-GEN-11', 'The session that follows begins at once after the current one.'),
  refusedStaysRefused: must('CR-XMPP-24', 'A request that is refused during a session leads to no session.'),
  answer: weakMust('CR-XMPP-23', 'A request during a session is answered by service-unavailable, or accepted.'),
})

const inSessionWith = (count: number, title: string) =>
  scenario({
    id: count === 1 ? 'xmpp-in-session' : 'xmpp-in-session-several',
    title,
    purpose: `${count === 1 ? 'One XMPP Connection Request arrives' : `${count} XMPP Connection Requests arrive`} while a session is running. The device refuses with service-unavailable, or accepts and calls once more after the session; the running session goes on.`,
    applies: needs(aSessionOnXmppRequest),
    windows: facts => [
      rests(facts, 1),
      { for: 'a session after requests during a session', ms: chosen.watch(facts).ms },
      { for: 'the session of the positive control', ms: facts.xmpp.timeToSessionMs ?? 0 },
    ],
    metrics: metricsFor(),

    async run(conversation) {
      const { bench, step, watch } = conversation
      await step(`Hold a session, send ${count} request${count === 1 ? '' : 's'}, then go on with it`, () =>
        holdAndAsk(conversation, count),
      )
      await step('Let the session end and watch what follows', async () => {
        const accepted = heldRequests(conversation.soFar()).some(isResult)
        if (accepted) await awaitFollowUp(conversation)
        const allowed = accepted ? 1 : 0
        await watch(
          'a session after requests during a session',
          chosen.watch(bench.facts),
          timeline => followUpsOf(timeline).length > allowed,
        )
        await bench.rest()
      })
      await step('An ordinary request must still bring a session', () => bench.xmppControl())
    },

    judge(timeline, verdict, property) {
      const held = markNamed(timeline, 'held')
      const outcome = outcomeOfHolding(timeline)
      if (!held || !outcome) return
      judgeUndisturbed(timeline, Number(held.data?.['session']), verdict.undisturbed)
      judgeFollowUp(outcome, verdict.followUp)
      judgePromptness(outcome, verdict.prompt)
      judgeRefused(outcome, verdict.refusedStaysRefused)
      judgeHeldAnswers(outcome, verdict.answer)
      const name = count === 1 ? 'in a session, over XMPP' : `in a session, ${count} requests over XMPP`
      if (outcome.requests.length > 0) property(name, alternativeTaken(outcome))
    },
  })

/** CR-XMPP-23, 24, CR-GEN-09, 11 with one request; CR-GEN-10 and 14 are what CR-XMPP-24 stands for here. */
export const inSession = inSessionWith(1, 'An XMPP Connection Request during a session')
/** The same with five requests. */
export const inSessionSeveral = inSessionWith(5, 'Several XMPP Connection Requests during a session')

async function holdAndAsk({ bench, mark }: Conversation, count: number) {
  const parameter = managementServer(bench.facts, 'PeriodicInformInterval')
  const pending: Promise<unknown>[] = []
  await bench.inSession('hold it while requests arrive', async session => {
    await session.call('GetParameterValues', { names: [parameter] })
    mark('held', { session: session.id })
    for (let n = 0; n < count; n++) {
      const options = { authorised: true, answerTimeoutMs: sessionWait(bench.facts) }
      const { outcome } = await overXmpp(bench).write(duringSession, options)
      pending.push(outcome)
      if (!(await bench.doneWithin(heldAnswerMs, outcome))) break
    }
    mark('requests-sent')
    await session.call('GetParameterValues', { names: [parameter] })
  })
  await Promise.all(pending)
  mark('session-over')
}

async function awaitFollowUp({ bench, soFar }: Conversation) {
  const session = await bench.connectionRequestSessionAfter(markNamed(soFar(), 'held')?.seq ?? 0)
  if (session) await bench.sessionEnd(session.session)
}

const followUpsOf = (timeline: Timeline) => connectionRequestSessions(between(timeline, 'held', 'positive-control'))

const heldRequests = (timeline: Timeline) =>
  xmppRequestsLabelled(between(timeline, 'held', 'positive-control'), duringSession).filter(reachedDevice)

interface HeldOutcome extends InSessionOutcome {
  held: XmppRequest[]
  /** The session came to its ordinary end. */
  endedOrdinarily: boolean
}

function outcomeOfHolding(timeline: Timeline): HeldOutcome | undefined {
  const mark = markNamed(timeline, 'held')
  const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === mark?.data?.['session'])
  if (!mark || !ended) return undefined
  const held = heldRequests(timeline)
  return {
    requests: held.map(askedByXmpp),
    followUps: followUpsOf(timeline),
    endedAt: ended.at,
    control: judgedControl(timeline),
    held,
    endedOrdinarily: ended.how === 'completed',
  }
}

function judgeUndisturbed(timeline: Timeline, id: number, metric: MetricJudge) {
  if (heldRequests(timeline).length === 0)
    return metric.inconclusive('No request reached the device during the session.')
  const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === id)
  const inside = entriesOf(timeline, 'session-opened').find(entry => entry.insideSession === id)
  const answers = entriesOf(timeline, 'rpc-answered').filter(entry => entry.session === id)
  metric.check(ended?.how === 'completed' && inside === undefined && answers.length >= 2, {
    expected: ['every pending RPC answered and the session ended in the ordinary way'],
    actual: inside
      ? 'a new Inform came inside the session'
      : `${answers.length} of 2 RPCs answered, session ${ended?.how ?? 'never ended'}`,
    evidence: [...answers, ...(ended ? [ended] : []), ...(inside ? [inside] : [])].map(({ seq }) => seq),
  })
}

/** CR-XMPP-23: a result, or the error service-unavailable, and during the session. */
function judgeHeldAnswers({ held, endedAt, endedOrdinarily }: HeldOutcome, metric: MetricJudge): void {
  if (held.length === 0) return metric.inconclusive('No request reached the device during the session.')
  for (const request of held) {
    const { answer, seq } = request
    const waited = answer === undefined ? 0 : answer.receivedAt - answer.sentAt
    const tooLate = endedOrdinarily && answer !== undefined && answer.receivedAt >= endedAt && waited >= heldAnswerMs
    const finding = {
      expected: ['service-unavailable during the session', 'a result during the session, then a session after it'],
      actual: `${answerOf(request)}${tooLate ? ', but only after the session had ended' : ''}`,
      evidence: [request.sent.seq, ...(seq === request.sent.seq ? [] : [seq])],
    }
    if (answer?.condition === 'resource-constraint') metric.warn(finding)
    metric.check((isResult(request) || isBusy(request)) && !tooLate, finding)
  }
}
