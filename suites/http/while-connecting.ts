import type { SessionPlan } from '../../harness/acs/session-plan.ts'
import { chosen } from '../../harness/limits.ts'
import { type Conversation, scenario } from '../../harness/scenario.ts'
import { finalRequests, isSuccess, outcomeOf } from '../../harness/timeline/http-requests.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { alternativeTaken, askedByHttp, judgeFollowUp } from '../follow-up.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { rests } from '../rests.ts'
import { isScheduled, scheduleInform } from '../session/scheduled.ts'

/** How long the InformResponse is held back: time for a request to arrive while the device is connecting. */
const heldMs = 8_000
/** A scheduled Inform is due 3 s after the session that ordered it. */
const scheduledWithinMs = 60_000
const label = 'while connecting'

/** CR-GEN-12: the in-session rule while the session is still being established. */
export const whileConnecting = scenario({
  id: 'http-while-connecting',
  title: 'A Connection Request while a session is being established',
  purpose:
    'The ACS holds its InformResponse back and asks again. The device finishes what it began, and either refuses or calls once more afterwards.',
  applies: needs(aSessionOnRequest),
  windows: facts => [
    rests(facts, 1),
    { for: 'the sessions', ms: 3 * (facts.timeToSessionMs ?? 0) },
    ...(facts.rpcMethods.includes('ScheduleInform') ? [{ for: 'the scheduled Inform', ms: 3000 }] : []),
    { for: 'the InformResponse to be held back', ms: heldMs },
    { for: 'a session after a request while connecting', ms: chosen.watch(facts).ms },
  ],
  metrics: {
    notAborted: must('CR-GEN-12', 'A request does not make the device abandon the session it is establishing.'),
    notLost: must('CR-GEN-12', 'A request accepted while connecting is not lost, and brings one session at most.'),
  },

  async run(conversation) {
    const { bench, step, watch } = conversation
    await step('Hold the InformResponse back and send another request', () => knockWhileConnecting(conversation))
    const held = markNamed(conversation.soFar(), 'connecting')
    if (!held) return
    const accepted = finalRequests(between(conversation.soFar(), 'connecting'), label).some(isSuccess)
    if (accepted) {
      const session = await bench.connectionRequestSessionAfter(held.seq)
      if (session) await bench.sessionEnd(session.session)
    }
    const allowed = accepted ? 1 : 0
    await watch(
      'a session after a request while connecting',
      chosen.watch(bench.facts),
      timeline => later(timeline).length > allowed,
    )
    await bench.rest()
    await step('An ordinary request must still bring a session', () => bench.positiveControl())
  },

  judge(timeline, verdict, property) {
    const held = markNamed(timeline, 'connecting')
    if (!held) return
    const id = held.data?.['session']
    const ended = entriesOf(timeline, 'session-ended').find(entry => entry.session === id)
    verdict.notAborted.check(ended?.how === 'completed', {
      expected: ['the session that was being established goes on to its ordinary end'],
      actual: `session ${ended?.how ?? 'never ended'}`,
      evidence: [held.seq, ...(ended ? [ended.seq] : [])],
    })
    const requests = finalRequests(between(timeline, 'connecting', 'positive-control'), label)
    const outcome = {
      requests: requests.map(askedByHttp),
      followUps: later(timeline),
      endedAt: ended?.at ?? held.at,
      control: judgedControl(timeline),
    }
    if (requests.some(request => !isSuccess(request) && request.answer?.status !== 503))
      verdict.notLost.inconclusive(
        `The request was neither accepted nor refused with 503: ${requests.map(outcomeOf).join('; ')}.`,
        {
          evidence: requests.map(({ seq }) => seq),
        },
      )
    else if (held.data?.['scheduled'] !== true && requests.some(isSuccess) && outcome.followUps.length === 0)
      verdict.notLost.inconclusive(
        'The session that was being established had itself been asked for, so the request may be a repetition of that (CR-GEN-08).',
        { evidence: requests.map(({ seq }) => seq) },
      )
    else judgeFollowUp(outcome, verdict.notLost)
    property('while connecting', alternativeTaken(outcome))
  },
})

const later = (timeline: Timeline) => connectionRequestSessions(between(timeline, 'connecting', 'positive-control'))

/**
 * The held session is one with another cause where the device can schedule an Inform: then a Connection Request that
 * is accepted cannot be taken for a repetition of the one that brought the session.
 */
async function knockWhileConnecting({ bench, mark }: Conversation) {
  let second: Promise<unknown> | undefined
  const scheduled = bench.facts.rpcMethods.includes('ScheduleInform')
  const holding: Partial<SessionPlan> = {
    onInform: session => {
      mark('connecting', { session: session.id, scheduled })
      second = bench.requester.knock({
        url: bench.url(),
        credentials: bench.credentials,
        authorised: true,
        label,
        answerTimeoutMs: heldMs + 30_000,
      })
      return { respondAfterMs: heldMs }
    },
  }
  const nothing = async () => undefined
  if (scheduled) {
    await scheduleInform(bench)
    await bench.nextSession('hold its InformResponse back', scheduledWithinMs, nothing, {
      when: isScheduled,
      ...holding,
    })
  } else await bench.inSession('hold its InformResponse back', nothing, holding)
  await second
}
