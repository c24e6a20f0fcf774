import { overUdp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import { scenario } from '../../harness/scenario.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { udpRequestsLabelled } from '../../harness/timeline/udp-requests.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { alternativeTaken, askedByUdp, type InSessionOutcome, judgeFollowUp, judgePromptness } from '../follow-up.ts'
import {
  duringSession,
  followUpsOf,
  heldSession,
  holdWhileAsking,
  judgeUndisturbed,
  watchFollowUps,
  whileHeld,
} from '../held-session.ts'
import { aSessionOnUdpRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'

const metricsFor = () => ({
  undisturbed: must('CR-GEN-09', 'A request during a session does not end the session early.'),
  followUp: must('CR-GEN-10', 'Requests during a session bring no session, or exactly one after it.'),
  asByHttp: must('CR-UDP-43', 'By UDP, too, a running session goes on, and at most one further session follows it.'),
  prompt: weakMust('CR-GEN-11', 'The session that follows begins at once after the current one.'),
})

const inSessionWith = (count: number, title: string) =>
  scenario({
    id: count === 1 ? 'udp-in-session' : 'udp-in-session-several',
    title,
    purpose: `${count === 1 ? 'One UDP Connection Request arrives' : `${count} UDP Connection Requests arrive`} while a session is running. The device ignores ${count === 1 ? 'it' : 'them'}, or calls once more after the session; the running session goes on.`,
    applies: needs(aSessionOnUdpRequest),
    windows: facts => [
      rests(facts, 1),
      { for: 'a session after requests during a session', ms: chosen.watch(facts).ms },
      { for: 'the session of the positive control', ms: facts.udp.timeToSessionMs ?? 0 },
    ],
    metrics: metricsFor(),

    async run(conversation) {
      const { bench, step } = conversation
      await step(`Hold a session, send ${count} request${count === 1 ? '' : 's'}, then go on with it`, () =>
        holdWhileAsking(conversation, count, async () => ({
          outcome: overUdp(bench).ask(duringSession, { authorised: true }),
        })),
      )
      await step('Let the session end and watch what follows', () =>
        watchFollowUps(conversation, { accepted: 'never told' }),
      )
      await step('An ordinary request must still bring a session', () => bench.udpControl())
    },

    judge(timeline, verdict, property) {
      const session = heldSession(timeline)
      const outcome = outcomeOfHolding(timeline)
      if (!session || !outcome) return
      judgeUndisturbed(timeline, session.id, verdict.undisturbed)
      judgeUndisturbed(timeline, session.id, verdict.asByHttp)
      for (const metric of [verdict.followUp, verdict.asByHttp]) {
        if (session.ended.how === 'completed') judgeFollowUp(outcome, metric)
        else metric.inconclusive('The session did not come to its ordinary end, so that requests outlasted it.')
      }
      judgePromptness(outcome, verdict.prompt)
      const name = count === 1 ? 'in a session, by UDP' : `in a session, ${count} requests by UDP`
      if (outcome.requests.length > 0) property(name, alternativeTaken(outcome))
    },
  })

/** CR-UDP-43, CR-GEN-09, 10, 11 with one request: turning it away is silence, so that only sessions tell. */
export const inSession = inSessionWith(1, 'A UDP Connection Request during a session')
/** The same with three requests, each with a later `ts`. */
export const inSessionSeveral = inSessionWith(3, 'Several UDP Connection Requests during a session')

function outcomeOfHolding(timeline: Timeline): InSessionOutcome | undefined {
  const session = heldSession(timeline)
  if (!session) return undefined
  const followUps = followUpsOf(timeline)
  const held = udpRequestsLabelled(whileHeld(timeline), duringSession)
  return {
    requests: held.map(request => askedByUdp(request, { followed: followUps.length > 0 })),
    followUps,
    endedAt: session.ended.at,
    control: judgedControl(timeline),
  }
}
