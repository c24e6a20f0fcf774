import { ConditionsNotMet } from '../../harness/conditions.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { hasManagementServer } from '../../harness/device/facts.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { connectionRequestEvent, nameOf, sessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs } from '../needs.ts'
import { judgedControl } from '../positive-control.ts'
import { judgeRestart, judgeWaits, retryGaps } from './retry-gaps.ts'
import {
  canSetRetryParameters,
  defaultRetryParameters,
  failed,
  isScheduled,
  retryWaitRange,
  type RetryParameters,
  scheduleInform,
  setRetryParameters,
} from './scheduled.ts'
import { rests } from '../rests.ts'

/** Short waits, so that three retries take seconds: ranges 3-4.5 s, 4.5-6.75 s, 6.75-10.1 s. */
const shortWaits: RetryParameters = { m: 3, k: 1500 }
/** How often the default and the short policy are each made to retry. */
const defaultRetries = 2
const shortRetries = 3
/** The first retry is due after 10 s at most; the rest is for the connection and a slow device. */
const firstRetryWindow = {
  ms: 20_000,
  source: 'ours' as const,
  why: 'twice the longest first retry wait of 10 s (3.2.1.1)',
}

/** How far past the longest waits we look, so that late differs from never. */
const pastTheWaitsMs = 120_000

const metrics = {
  notRetried: must('CW-EVT-04', 'After a failed session "6 CONNECTION REQUEST" is not delivered again.'),
  redelivered: weakMust('CW-EVT-03', 'Other events that were not delivered come again in the retry.'),
  deliveredOnce: weakMust('CW-EVT-03', 'Events that were delivered do not come again.'),
  goesOn: must('CW-RET-01', 'A failed session is retried until one succeeds.'),
  defaultRanges: must('CW-RET-02', 'The waits lie in the default ranges of Table 3.'),
  setRanges: must('CW-RET-03', 'The waits follow CWMPRetryMinimumWaitInterval and CWMPRetryIntervalMultiplier.'),
  restarted: must('CW-RET-06', 'After a success the first retry wait is that of the first range again.'),
  count: must('CW-INF-05', 'RetryCount is the number of earlier attempts of the session, 0 after a success.'),
}

const shortMarks = ['short-begun', 'short-over'] as const

/** CW-EVT-03, 04, CW-RET-01, 02, 03, 06, CW-INF-05: what a failed session is followed by. */
export const event6NotRetried = scenario({
  id: 'session-event-6-not-retried',
  title: 'Retries after a failed session',
  purpose:
    'The ACS fails a session that a Connection Request caused, and sessions with a scheduled Inform. The Connection Request is forgotten, the scheduled Inform is delivered again after the waits of the retry policy.',
  applies: needs(aSessionOnRequest),
  windows: retryWindows,
  metrics,

  async run(conversation) {
    const { bench, step, mark, watch } = conversation
    await step('Fail the session of a Connection Request with 503 and watch the retry', async () => {
      const plan = bench.acs.plan({ name: 'fail the session of a Connection Request', ...failed })
      mark('event-6-begun')
      await bench.knock('its session will fail')
      await bench.orConditions(plan.sessionOpened, 'No session came that could be made to fail.')
      await plan.done
      mark('event-6-failed')
      await watch(
        'event 6 after its session failed',
        firstRetryWindow,
        timeline => sessions(between(timeline, 'event-6-failed')).length > 0,
      )
      mark('event-6-over')
      await bench.rest()
    })
    await bench.positiveControl()
    if (!bench.facts.rpcMethods.includes('ScheduleInform')) return mark('no-schedule-inform')
    await step(`Fail a scheduled session ${defaultRetries} times with the default waits`, async () => {
      mark('default-begun')
      await failScheduled(conversation, defaultRetries, defaultRetryParameters)
      mark('default-over')
    })
    if (!canSetRetryParameters(bench)) return bench.positiveControl()
    await step(`Fail one ${shortRetries} times with m=${shortWaits.m}, k=${shortWaits.k}`, async () => {
      mark('short-begun')
      await failScheduled(conversation, shortRetries, shortWaits, setRetryParameters(bench, shortWaits))
      mark('short-over')
    })
    await step('Restore the retry parameters', () =>
      bench.inSession('restore the retry parameters', bench.restoreRetryParameters),
    )
  },

  judge(timeline, verdict, property) {
    judgeEvent6(timeline, verdict, property)
    if (markNamed(timeline, 'no-schedule-inform')) return judgeWithoutSchedule(verdict)
    judgeScheduled(timeline, verdict)
    const stretch = between(timeline, ...shortMarks)
    if (!markNamed(timeline, 'short-begun'))
      verdict.setRanges.notApplicable(
        'The device has no CWMPRetryMinimumWaitInterval or CWMPRetryIntervalMultiplier.',
        'its data model had the two parameters',
      )
    else {
      const gaps = retryGaps(stretch)
      if (gaps.length === 0) verdict.setRanges.inconclusive('No retry came that could be measured.')
      else judgeWaits(gaps, shortWaits, verdict.setRanges)
    }
  },
})

function retryWindows(facts: DeviceFacts) {
  const waits = (count: number, parameters: RetryParameters) =>
    Array.from({ length: count }, (_, index) => retryWaitRange(index + 1, parameters).fromMs).reduce(
      (sum, ms) => sum + ms,
      0,
    )
  return [
    rests(facts, 5),
    { for: 'event 6 after its session failed', ms: retryWaitRange(1, defaultRetryParameters).fromMs },
    ...(facts.rpcMethods.includes('ScheduleInform')
      ? [{ for: 'the default retry waits', ms: 3000 + waits(defaultRetries, defaultRetryParameters) }]
      : []),
    ...(hasManagementServer(facts, 'CWMPRetryMinimumWaitInterval')
      ? [{ for: 'the short retry waits', ms: 3000 + waits(shortRetries, shortWaits) }]
      : []),
  ]
}

/** Fails the scheduled session `times` times, then lets it through. A device that never comes back is told by the judge. */
async function failScheduled(
  { bench, mark }: Conversation,
  times: number,
  parameters: RetryParameters,
  also?: Parameters<typeof scheduleInform>[1],
) {
  await scheduleInform(bench, also)
  const failing = bench.acs.plan({ name: 'fail a scheduled session', times, ...failed })
  const waits = Array.from({ length: times }, (_, index) => retryWaitRange(index + 1, parameters).toMs)
  try {
    await bench.nextSession(
      'deliver the scheduled Inform',
      waits.reduce((sum, ms) => sum + ms, pastTheWaitsMs),
      async () => undefined,
    )
  } catch (error) {
    if (!(error instanceof ConditionsNotMet)) throw error
    mark('no-retry', { reason: error.message })
  } finally {
    failing.cancel()
  }
}

function judgeEvent6(
  timeline: Timeline,
  { notRetried }: MetricJudges<typeof metrics>,
  property: (name: string, value: string) => void,
) {
  const failure = markNamed(timeline, 'event-6-failed')
  if (!failure) return
  const retries = sessions(between(timeline, 'event-6-failed', 'event-6-over'))
  const again = retries.find(({ events }) => events.includes(connectionRequestEvent))
  const expected = ['no retry', 'a retry without event 6: with other events or with none']
  const control = judgedControl(timeline)
  const evidence = [failure.seq, ...retries.map(({ seq }) => seq)]
  property(
    'retry after a failed Connection Request session',
    retries[0] ? `with ${retries[0].events.join(', ') || 'no event'}` : 'none',
  )
  if (again) notRetried.fail({ expected, actual: nameOf(again), evidence })
  else if (!control.passed) notRetried.inconclusive(control.reason, { expected, evidence: control.evidence })
  else notRetried.pass({ expected, actual: retries[0] ? nameOf(retries[0]) : 'no retry', evidence })
}

function judgeWithoutSchedule(verdict: MetricJudges<typeof metrics>) {
  for (const metric of [
    verdict.redelivered,
    verdict.deliveredOnce,
    verdict.goesOn,
    verdict.defaultRanges,
    verdict.setRanges,
    verdict.restarted,
    verdict.count,
  ])
    metric.notApplicable(
      'The device does not support ScheduleInform, by which an event could be raised that must be retried.',
      'it did',
    )
}

function judgeScheduled(timeline: Timeline, verdict: MetricJudges<typeof metrics>) {
  const whole = between(timeline, 'default-begun', 'default-over')
  const scheduled = sessions(whole).filter(session => isScheduled(session.inform))
  const [first] = scheduled
  if (!first) {
    for (const metric of [
      verdict.redelivered,
      verdict.deliveredOnce,
      verdict.goesOn,
      verdict.defaultRanges,
      verdict.restarted,
      verdict.count,
    ])
      metric.inconclusive('The scheduled Inform did not come, so that there was nothing to retry.')
    return
  }
  const gaps = retryGaps({ entries: whole.entries.filter(entry => entry.seq >= first.seq) })
  const evidence = [first.seq, ...gaps.map(({ retry }) => retry.seq)]
  verdict.goesOn.check(gaps.length >= defaultRetries, {
    expected: [`a retry after each of ${defaultRetries} failures`],
    actual: `${gaps.length} retries`,
    evidence,
  })
  if (gaps.length === 0) {
    for (const metric of [
      verdict.redelivered,
      verdict.deliveredOnce,
      verdict.defaultRanges,
      verdict.restarted,
      verdict.count,
    ])
      metric.inconclusive('No retry came that could be looked at.', { evidence })
    return
  }
  judgeWaits(gaps, defaultRetryParameters, verdict.defaultRanges)
  judgeRestart(gaps, verdict.restarted)
  for (const { n, failed: former, retry } of gaps) {
    // A new event may have brought the attempt about: what RetryCount is then is CW-RET-05, a warning at most.
    const isPlainRetry = retry.events.every(event => former.events.includes(event))
    if (isPlainRetry)
      verdict.count.check(retry.retryCount === n, {
        expected: [`RetryCount ${n} in retry ${n}`],
        actual: `RetryCount ${retry.inform.retryCount ?? 'missing'}`,
        evidence: [retry.seq],
      })
    verdict.redelivered.check(isScheduled(retry.inform), {
      expected: ['the undelivered "M ScheduleInform" in the retry'],
      actual: nameOf(retry),
      evidence: [retry.seq],
    })
  }
  judgeAfterSuccess(timeline, verdict)
}

/** The session after the one that succeeded: its events were not delivered before, and it is no retry. */
function judgeAfterSuccess(timeline: Timeline, verdict: MetricJudges<typeof metrics>) {
  const delivered = entriesOf(timeline, 'session-ended').find(
    entry =>
      entry.how === 'completed' &&
      sessions(timeline).some(session => session.id === entry.session && isScheduled(session.inform)),
  )
  const next = delivered && sessions(timeline).find(session => session.seq > delivered.seq)
  if (!delivered || !next) return verdict.deliveredOnce.inconclusive('No session came after the delivered one.')
  verdict.deliveredOnce.check(!isScheduled(next.inform), {
    expected: ['the delivered events no longer in the next session'],
    actual: nameOf(next),
    evidence: [delivered.seq, next.seq],
  })
  verdict.count.check(next.retryCount === 0, {
    expected: ['RetryCount 0 after a success'],
    actual: `RetryCount ${next.inform.retryCount ?? 'missing'}`,
    evidence: [next.seq],
  })
}
