import type { Bench } from '../../harness/bench.ts'
import { chosen, sessionWait } from '../../harness/limits.ts'
import { scenario } from '../../harness/scenario.ts'
import { finalRequests, isSuccess } from '../../harness/timeline/http-requests.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { must, should, weakMust } from '../../harness/verdict/metric.ts'
import {
  alternativeTaken,
  askedByHttp,
  type InSessionOutcome,
  judgeFollowUp,
  judgePromptness,
  judgeRefused,
} from '../follow-up.ts'
import {
  duringSession,
  followUpsOf,
  heldAnswerMs,
  heldSession,
  holdWhileAsking,
  judgeUndisturbed,
  watchFollowUps,
  whileHeld,
} from '../held-session.ts'
import { type HeldRequests, judgeInSessionAnswers, judgeRetryAfter } from './in-session-answers.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'

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
      const { bench, step } = conversation
      await step(`Hold a session, send ${count} request${count === 1 ? '' : 's'}, then go on with it`, () =>
        holdWhileAsking(conversation, count, async () => ({ outcome: knockDuringSession(bench) })),
      )
      await step('Let the session end and watch what follows', () =>
        watchFollowUps(conversation, { accepted: heldRequests(conversation.soFar()).some(isSuccess) }),
      )
      await step('An ordinary request must still bring a session', () => bench.positiveControl())
    },

    judge(timeline, verdict, property) {
      const session = heldSession(timeline)
      const outcome = outcomeOfHolding(timeline)
      if (!session || !outcome) return
      judgeUndisturbed(timeline, session.id, verdict.undisturbed)
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

const knockDuringSession = (bench: Bench) =>
  bench.requester.knock({
    url: bench.url(),
    credentials: bench.credentials,
    authorised: true,
    label: duringSession,
    answerTimeoutMs: sessionWait(bench.facts),
  })

const heldRequests = (timeline: Timeline) => finalRequests(whileHeld(timeline), duringSession)

function outcomeOfHolding(timeline: Timeline): (InSessionOutcome & { held: HeldRequests }) | undefined {
  const session = heldSession(timeline)
  if (!session) return undefined
  const requests = heldRequests(timeline)
  const { at: endedAt, how } = session.ended
  return {
    requests: requests.map(askedByHttp),
    followUps: followUpsOf(timeline),
    endedAt,
    control: judgedControl(timeline),
    held: { requests, endedAt, endedOrdinarily: how === 'completed', heldMs: heldAnswerMs },
  }
}
