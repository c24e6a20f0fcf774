import { ConditionsNotMet } from '../../harness/conditions.ts'
import type { Knock } from '../../harness/connection-request/http/requester.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import { refusalOf, repeatAfterRests } from '../../harness/rate-limit.ts'
import { type Conversation, type MetricJudges, scenario } from '../../harness/scenario.ts'
import { httpRequests, isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { connectionRequestEvent, nameOf, type Session, sessions } from '../../harness/timeline/sessions.ts'
import { markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { must, weakMust } from '../../harness/verdict/metric.ts'
import { aSessionOnRequest, needs, rpcMethod, writable } from '../needs.ts'
import { evidenceOf, exchangeLabelled, replyToSession } from '../reply-and-session.ts'
import {
  failed,
  isScheduled,
  type RetryParameters,
  retryWaitRange,
  scheduleInform,
  setRetryParameters,
} from './scheduled.ts'
import { rests } from '../rests.ts'

/** The first wait is 120 to 240 s: longer than anything a Connection Request may take. */
const longWaits: RetryParameters = { m: 120, k: 2000 }
const label = 'during the retry wait'
/** A 503 may come from a limit like one request in 10 s: then once more in the same wait. */
const attemptsInTheWait = 3
const betweenAttemptsMs = 20_000

const metrics = {
  cutShort: must('CW-RET-04', 'A Connection Request ends the wait for a retry.'),
  countKept: weakMust('CW-RET-05', 'The attempt that it causes still counts as a retry.'),
  together: must('CW-EVT-09', 'One session lists the Connection Request together with the undelivered events.'),
}

/** CW-RET-04, 05, CW-EVT-09: a Connection Request during the wait for a retry. */
export const retryCutShort = scenario({
  id: 'session-retry-cut-short',
  title: 'A Connection Request during a retry wait',
  purpose:
    'A scheduled session is made to fail, with a long wait before the retry. A Connection Request in that wait brings a session at once, and it lists everything that is still undelivered.',
  applies: needs(
    aSessionOnRequest,
    rpcMethod('ScheduleInform'),
    writable('CWMPRetryMinimumWaitInterval'),
    writable('CWMPRetryIntervalMultiplier'),
  ),
  windows: facts => [
    rests(facts, 3),
    { for: 'the scheduled session', ms: 3000 },
    { for: 'the sessions', ms: 3 * (facts.timeToSessionMs ?? 0) },
  ],
  metrics,

  async run(conversation) {
    const { bench, step } = conversation
    await repeatAfterRests(
      bench,
      bench.facts.timing,
      label,
      knock => refusalOf(knock.final),
      () => failAndKnock(conversation),
    )
    await step('Restore the retry parameters', () => restore(conversation))
  },

  judge(timeline, verdict) {
    const waiting = markNamed(timeline, 'waiting')
    if (!waiting) return
    const stretch = afterMark(timeline, waiting.seq)
    const exchange = exchangeLabelled(stretch, label)
    const undecided = (reason: string, evidence: number[]) => {
      for (const metric of [verdict.cutShort, verdict.countKept, verdict.together])
        metric.inconclusive(reason, { evidence })
    }
    if (!exchange) {
      const last = requestsLabelled(stretch, label).at(-1) ?? httpRequests(stretch).at(-1)
      return undecided(`The request in the wait came to nothing: ${last ? outcomeOf(last) : 'it was not sent'}.`, [
        waiting.seq,
      ])
    }
    const delivered = deliveredBefore(timeline, exchange.request.sent?.seq ?? 0)
    if (delivered)
      return undecided('The wait was over before the request: the retry had come by itself.', [delivered.seq])
    const evidence = evidenceOf(exchange)
    const { request, session } = exchange
    const expected = ['200 or 204, then a session that does not await the retry', '503 from a rate limit']
    if (!isSuccess(request)) {
      for (const metric of [verdict.cutShort, verdict.countKept, verdict.together])
        metric.inconclusive(`The request in the wait was not accepted: ${outcomeOf(request)}.`, { expected, evidence })
      return
    }
    const delay = replyToSession(exchange)
    const actual =
      session && delay !== undefined
        ? `${nameOf(session)} ${formatDuration(Math.max(0, delay))} after the reply`
        : 'no session in the time that was waited'
    verdict.cutShort.check(delay !== undefined && delay < longWaits.m * 1000, {
      expected,
      actual,
      evidence,
      limit: { ms: longWaits.m * 1000, source: 'spec', why: `TR-069 3.2.1.1: the shortest wait with m=${longWaits.m}` },
      ...(delay === undefined ? {} : { measured: delay }),
    })
    judgeEvents(stretch, verdict)
  },
})

/** Once through: a 503 to the request in the wait comes from a rate limit, and the whole is done again after a rest. */
async function failAndKnock({ bench, step, mark }: Conversation): Promise<Knock> {
  await step(
    `Fail a scheduled session, the retry being due in ${longWaits.m} to ${(longWaits.m * longWaits.k) / 1000} s`,
    async () => {
      await scheduleInform(bench, setRetryParameters(bench, longWaits))
      const failing = bench.acs.plan({ name: 'fail the scheduled session', ...failed })
      await bench.orConditions(failing.sessionOpened, 'The scheduled session did not come.')
      await failing.done
    },
  )
  return step('Send a Connection Request into the wait', async () => {
    await bench.rest()
    const request = { url: bench.url(), credentials: bench.credentials, authorised: true, label }
    let knock: Knock | undefined
    for (let attempt = 0; attempt < attemptsInTheWait; attempt++) {
      if (attempt > 0) await bench.clock.sleep(betweenAttemptsMs, bench.signal)
      mark('waiting')
      knock = await bench.requester.knock(request)
      if (knock.final.kind !== 'answer' || knock.final.status !== 503) break
    }
    if (!knock) throw new ConditionsNotMet('No request was sent into the wait.')
    await bench.seeSessionThrough(knock)
    mark('wait-over')
    return knock
  })
}

/** The parameters must be set back even when the device does not heed the request and comes only after its wait. */
async function restore({ bench }: Conversation) {
  try {
    await bench.inSession('restore the retry parameters', bench.restoreRetryParameters)
  } catch (error) {
    if (!(error instanceof ConditionsNotMet)) throw error
    await bench.nextSession(
      'restore the retry parameters',
      retryWaitRange(1, longWaits).toMs,
      bench.restoreRetryParameters,
    )
  }
}

/** The stretch of the wait: what comes after it, to restore the parameters, is not its session. */
function afterMark(timeline: Timeline, seq: number): Timeline {
  const over = timeline.entries.find(entry => entry.type === 'mark' && entry.name === 'wait-over' && entry.seq > seq)
  return timelineOf(timeline.entries.filter(entry => entry.seq > seq && entry.seq < (over?.seq ?? Infinity)))
}

/** A session that delivered the scheduled Inform after it had been made to fail, and before the request was written. */
function deliveredBefore(timeline: Timeline, seq: number): Session | undefined {
  const scheduled = sessions(timeline).filter(session => session.seq < seq && isScheduled(session.inform))
  const lastFailed = scheduled.findLastIndex(({ ended }) => ended?.how === 'failed-by-acs')
  return scheduled.slice(lastFailed + 1).find(({ ended }) => ended?.how === 'completed')
}

function judgeEvents(timeline: Timeline, { countKept, together }: MetricJudges<typeof metrics>) {
  const after = sessions(timeline)
  const session = after.find(({ events }) => events.includes(connectionRequestEvent))
  if (!session) {
    for (const metric of [countKept, together])
      metric.inconclusive('No session with event 6 came whose events could be read.')
    return
  }
  const evidence = [session.seq]
  together.check(isScheduled(session.inform), {
    expected: ['6 CONNECTION REQUEST and the undelivered M ScheduleInform in one Inform'],
    actual: nameOf(session),
    evidence,
  })
  countKept.check(session.retryCount === 1, {
    expected: ['RetryCount 1: one attempt failed before'],
    actual: `RetryCount ${session.inform.retryCount ?? 'missing'}`,
    evidence,
  })
}
