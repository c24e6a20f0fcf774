import { overXmpp } from '../../harness/bench.ts'
import { chosen, sessionWait } from '../../harness/limits.ts'
import { scenario } from '../../harness/scenario.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
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
import { aSessionOnXmppRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'
import { reachedDevice } from './answers.ts'

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
      const { bench, step } = conversation
      await step(`Hold a session, send ${count} request${count === 1 ? '' : 's'}, then go on with it`, () =>
        holdWhileAsking(conversation, count, () =>
          overXmpp(bench).write(duringSession, { authorised: true, answerTimeoutMs: sessionWait(bench.facts) }),
        ),
      )
      await step('Let the session end and watch what follows', () =>
        watchFollowUps(conversation, { accepted: heldRequests(conversation.soFar()).some(isResult) }),
      )
      await step('An ordinary request must still bring a session', () => bench.xmppControl())
    },

    judge(timeline, verdict, property) {
      const session = heldSession(timeline)
      const outcome = outcomeOfHolding(timeline)
      if (!session || !outcome) return
      if (outcome.held.length === 0)
        verdict.undisturbed.inconclusive('No request reached the device during the session.')
      else judgeUndisturbed(timeline, session.id, verdict.undisturbed)
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

const heldRequests = (timeline: Timeline) =>
  xmppRequestsLabelled(whileHeld(timeline), duringSession).filter(reachedDevice)

interface HeldOutcome extends InSessionOutcome {
  held: XmppRequest[]
  /** The session came to its ordinary end. */
  endedOrdinarily: boolean
}

function outcomeOfHolding(timeline: Timeline): HeldOutcome | undefined {
  const session = heldSession(timeline)
  if (!session) return undefined
  const held = heldRequests(timeline)
  return {
    requests: held.map(askedByXmpp),
    followUps: followUpsOf(timeline),
    endedAt: session.ended.at,
    control: judgedControl(timeline),
    held,
    endedOrdinarily: session.ended.how === 'completed',
  }
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
