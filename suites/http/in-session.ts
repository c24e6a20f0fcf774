import { chosen, sessionWait } from '../../harness/limits.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { finalRequests, isSuccess } from '../../harness/timeline/http-requests.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, should, weakMust } from '../../harness/verdict/metric.ts'
import {
  alternativeTaken,
  askedByHttp,
  type InSessionOutcome,
  judgeFollowUp,
  judgePromptness,
  judgeRefused,
} from '../follow-up.ts'
import { type HeldRequests, judgeInSessionAnswers, judgeRetryAfter } from './in-session-answers.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'

/** How long one request may stay without an answer while the session is held. */
const heldAnswerMs = 10_000

const duringSession = 'during the session'

const metricsFor = () => ({
  undisturbed: must('CR-GEN-09', 'A request during a session does not end the session early.'),
  followUp: must('CR-GEN-10', 'Requests during a session are all refused, or bring exactly one session after it.'),
  prompt: weakMust('CR-GEN-11', 'The session that follows begins at once after the current one.'),
  refusedStaysRefused: must('CR-GEN-14', 'A refused request leads to no session.'),
  answer: must('CR-HTTP-15', 'A request during a session is answered by 503, or accepted.'),
  noRetryAfter: should('CR-HTTP-16', 'The 503 during a session has no Retry-After header.'),
})

const inSessionWith = (count: number, title: string) =>
  scenario({
    id: count === 1 ? 'http-in-session' : 'http-in-session-several',
    title,
    purpose: `${count === 1 ? 'One Connection Request arrives' : `${count} Connection Requests arrive`} while a session is running. The device refuses with 503, or accepts and calls once more after the session; the running session goes on.`,
    applies: needs(aSessionOnRequest),
    windows: facts => [
      rests(facts, 1),
      { for: 'the sessions', ms: 3 * (facts.timeToSessionMs ?? 0) },
      { for: 'a session after requests during a session', ms: chosen.watch(facts).ms },
    ],
    metrics: metricsFor(),

    async run(conversation) {
      const { bench, step, watch } = conversation
      await step(`Hold a session, send ${count} request${count === 1 ? '' : 's'}, then go on with it`, () =>
        holdAndKnock(conversation, count),
      )
      await step('Let the session end and watch what follows', async () => {
        const accepted = finalRequests(between(conversation.soFar(), 'held'), duringSession).some(isSuccess)
        const window = chosen.watch(bench.facts)
        if (accepted) await awaitFollowUp(conversation)
        const allowed = accepted ? 1 : 0
        await watch(
          'a session after requests during a session',
          window,
          timeline => followUpsOf(timeline).length > allowed,
        )
        await bench.rest()
      })
      await step('An ordinary request must still bring a session', () => bench.positiveControl())
    },

    judge(timeline, verdict, property) {
      const held = markNamed(timeline, 'held')
      const outcome = outcomeOfHolding(timeline)
      if (!held || !outcome) return
      judgeUndisturbed(timeline, Number(held.data?.['session']), verdict)
      judgeFollowUp(outcome, verdict.followUp)
      judgePromptness(outcome, verdict.prompt)
      judgeRefused(outcome, verdict.refusedStaysRefused)
      judgeInSessionAnswers(outcome.held, verdict.answer)
      judgeRetryAfter(outcome.held.requests, verdict.noRetryAfter)
      property(count === 1 ? 'in a session' : `in a session, ${count} requests`, alternativeTaken(outcome))
    },
  })

/** CR-GEN-09, 10, 11, 14, CR-HTTP-15, 16 with one request. */
export const inSession = inSessionWith(1, 'A Connection Request during a session')
/** The same with five requests. */
export const inSessionSeveral = inSessionWith(5, 'Several Connection Requests during a session')

async function holdAndKnock({ bench, mark }: Conversation, count: number) {
  const parameter = managementServer(bench.facts, 'PeriodicInformInterval')
  const pending: Promise<unknown>[] = []
  await bench.inSession('hold it while requests arrive', async session => {
    await session.call('GetParameterValues', { names: [parameter] })
    mark('held', { session: session.id })
    for (let n = 0; n < count; n++) {
      const knock = bench.requester.knock({
        url: bench.url(),
        credentials: bench.credentials,
        authorised: true,
        label: duringSession,
        answerTimeoutMs: sessionWait(bench.facts),
      })
      pending.push(knock)
      if (!(await bench.doneWithin(heldAnswerMs, knock))) break
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

function outcomeOfHolding(timeline: Timeline): (InSessionOutcome & { held: HeldRequests }) | undefined {
  const held = markNamed(timeline, 'held')
  const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === held?.data?.['session'])
  if (!held || !ended) return undefined
  const requests = finalRequests(between(timeline, 'held', 'positive-control'), duringSession)
  return {
    requests: requests.map(askedByHttp),
    followUps: followUpsOf(timeline),
    endedAt: ended.at,
    control: judgedControl(timeline),
    held: { requests, endedAt: ended.at, endedOrdinarily: ended.how === 'completed', heldMs: heldAnswerMs },
  }
}

function judgeUndisturbed(
  timeline: Timeline,
  id: number,
  { undisturbed }: MetricJudges<ReturnType<typeof metricsFor>>,
) {
  const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === id)
  const inside = entriesOf(timeline, 'session-opened').find(entry => entry.insideSession === id)
  const answers = entriesOf(timeline, 'rpc-answered').filter(entry => entry.session === id)
  const expected = ['every pending RPC answered and the session ended in the ordinary way']
  const evidence = [...answers, ...(ended ? [ended] : []), ...(inside ? [inside] : [])].map(({ seq }) => seq)
  const actual = inside
    ? 'a new Inform came inside the session'
    : `${answers.length} of 2 RPCs answered, session ${ended?.how ?? 'never ended'}`
  undisturbed.check(ended?.how === 'completed' && inside === undefined && answers.length >= 2, {
    expected,
    actual,
    evidence,
  })
}
