import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { nameOf, sessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { retryWaitRange, defaultRetryParameters } from './scheduled.ts'
import { rests } from '../rests.ts'

/** Long enough for one retry wait and for a device that goes on in the session instead. */
const window = { ms: 20_000, source: 'ours' as const, why: 'twice the longest first retry wait of 10 s (3.2.1.1)' }

const metrics = {
  resent: must('CW-SES-11', 'After a fault 8005 to its Inform the device sends the same Inform again.'),
  ended: must('CW-SES-11', 'After another fault to its Inform the device takes the session for failed.'),
}

/** CW-SES-11: faults of the ACS in answer to an Inform. */
export const faults = scenario({
  id: 'session-faults',
  title: 'Faults of the ACS in answer to an Inform',
  purpose:
    'To 8005 (retry request) the device repeats its Inform; to 8002 it gives the session up and follows its retry policy.',
  applies: needs(aSessionOnRequest),
  windows: facts => [
    rests(facts, 3),
    { for: 'the sessions', ms: 3 * (facts.timeToSessionMs ?? 0) },
    { for: 'what follows a fault 8002', ms: retryWaitRange(1, defaultRetryParameters).fromMs },
  ],
  metrics,

  async run(conversation) {
    await conversation.step('Answer an Inform with 8005, then in the ordinary way', () =>
      answerRetryRequest(conversation),
    )
    await conversation.step('Answer an Inform with 8002 and watch what follows', () =>
      answerInternalError(conversation),
    )
    await conversation.step('An ordinary request must still bring a session', () =>
      conversation.bench.positiveControl(),
    )
  },

  judge(timeline, verdict) {
    judgeResent(timeline, verdict)
    judgeEnded(timeline, verdict)
  },
})

async function answerRetryRequest({ bench, mark }: Conversation) {
  const plan = bench.acs.plan({
    name: 'answer the Inform with 8005',
    onInform: (session, nth) => {
      if (nth > 0) return 'respond'
      mark('8005', { session: session.id })
      return { fault: 8005 }
    },
  })
  await bench.knock('its Inform gets 8005')
  await bench.orConditions(plan.sessionOpened, 'No session came to be answered with 8005.')
  await plan.done
  mark('8005-over')
  await bench.rest()
}

async function answerInternalError({ bench, mark, watch }: Conversation) {
  const plan = bench.acs.plan({
    name: 'answer the Inform with 8002',
    onInform: session => {
      mark('8002', { session: session.id })
      return { fault: 8002 }
    },
  })
  await bench.knock('its Inform gets 8002')
  await bench.orConditions(plan.sessionOpened, 'No session came to be answered with 8002.')
  await plan.done
  await watch('what follows a fault 8002', window, timeline => activityAfter8002(timeline) !== undefined)
  mark('8002-over')
  await bench.rest()
}

function judgeResent(timeline: Timeline, { resent }: MetricJudges<typeof metrics>) {
  const fault = markNamed(timeline, '8005')
  if (!fault) return
  const id = fault.data?.['session']
  const again = entriesOf(timeline, 'inform-repeated').find(
    entry => entry.session === id && entry.why === 'retry-request',
  )
  const opened = sessions(timeline).find(session => session.id === id)
  const same = again && opened && JSON.stringify(again.inform.events) === JSON.stringify(opened.inform.events)
  resent.check(same === true, {
    expected: ['the same Inform again in the same session'],
    actual: again ? (same ? 'the same Inform again' : 'an Inform with other events') : 'no Inform in the same session',
    evidence: [fault.seq, ...(again ? [again.seq] : [])],
  })
}

/** The first thing the device did after the fault 8002, in that session or in another. */
function activityAfter8002(timeline: Timeline) {
  const fault = markNamed(timeline, '8002')
  if (!fault) return undefined
  return timeline.entries.find(
    entry =>
      entry.seq > fault.seq &&
      ((entry.type === 'session-opened' && entry.session !== fault.data?.['session']) ||
        (entry.type === 'empty-post' && entry.session === fault.data?.['session']) ||
        (entry.type === 'device-rpc' && entry.session === fault.data?.['session'])),
  )
}

function judgeEnded(timeline: Timeline, { ended }: MetricJudges<typeof metrics>) {
  const fault = markNamed(timeline, '8002')
  if (!fault) return
  const stretch = between(timeline, '8002', '8002-over')
  const next = activityAfter8002({ entries: [fault, ...stretch.entries] })
  const retry = sessions(stretch).find(session => session.id !== fault.data?.['session'])
  const evidence = [fault.seq, ...(next ? [next.seq] : [])]
  const expected = ['the session is given up; a retry after the wait, or none, because event 6 is not delivered again']
  if (next?.type === 'empty-post' || next?.type === 'device-rpc')
    return ended.fail({ expected, actual: 'the device went on with the session', evidence })
  const control = judgedControl(timeline)
  if (!retry && !control.passed) return ended.inconclusive(control.reason, { expected, evidence: control.evidence })
  ended.pass({ expected, actual: retry ? `given up; then ${nameOf(retry)}` : 'given up, no retry', evidence })
}
