import { formatDuration } from '../../harness/device/duration.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { nameOf, type Session, sessions } from '../../harness/timeline/sessions.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { defaultRetryParameters, type RetryParameters, retryWaitRange } from './scheduled.ts'

/** How far a wait may miss its range: rounding of the device's timer below, its connection set-up above. */
const earlyToleranceMs = 500
const lateToleranceMs = 1000

/** A failed session and the attempt that followed it. */
export interface RetryGap {
  /** 1 for the first retry. */
  n: number
  failed: Session
  retry: Session
  /** From our failing answer to the attempt. */
  waitMs: number
}

/** The gaps between consecutive sessions of which the earlier one was made to fail. */
export function retryGaps(timeline: Timeline): RetryGap[] {
  const all = sessions(timeline)
  const gaps: RetryGap[] = []
  for (const [index, retry] of all.entries()) {
    const previous = all[index - 1]
    const failedAt = previous && failureAt(timeline, previous)
    if (!previous || failedAt === undefined) continue
    const last = gaps.at(-1)
    const n = last?.retry.id === previous.id ? last.n + 1 : 1
    gaps.push({ n, failed: previous, retry, waitMs: retry.attemptAt - failedAt })
  }
  return gaps
}

function failureAt(timeline: Timeline, session: Session): number | undefined {
  if (session.ended?.how !== 'failed-by-acs') return undefined
  return entriesOf(timeline, 'http-sent').findLast(entry => entry.session === session.id)?.at ?? session.ended.at
}

/** Waits closer than this are taken for equal: the device does not follow the ranges at all. */
const equalMs = 1500

/**
 * CW-RET-06: the first wait lies in the first range, not in one that earlier failures would have led to. Too short
 * a wait is a matter of CW-RET-02, and so is one that does not grow.
 */
export function judgeRestart([first, second]: RetryGap[], metric: MetricJudge): void {
  if (!first) return metric.inconclusive('No retry came whose wait could be measured.')
  const { toMs } = retryWaitRange(1, defaultRetryParameters)
  const finding = {
    expected: [`the first wait at most ${formatDuration(toMs)}`],
    actual: `${formatDuration(first.waitMs)} before ${nameOf(first.retry)}`,
    evidence: [first.failed.seq, first.retry.seq],
    measured: first.waitMs,
    limit: { ms: toMs, source: 'spec' as const, why: 'TR-069 3.2.1.1, Table 3' },
    uncertainty: lateToleranceMs,
  }
  const isLate = first.waitMs > toMs + lateToleranceMs
  if (isLate && second && Math.abs(second.waitMs - first.waitMs) < equalMs)
    return metric.inconclusive(
      'The waits of this device do not grow, so nothing can be said of their restart; see CW-RET-02.',
      finding,
    )
  metric.check(!isLate, finding)
}

/** CW-RET-02, 03: every wait lies in the range of its number. A new event in between explains an earlier attempt. */
export function judgeWaits(gaps: RetryGap[], parameters: RetryParameters, metric: MetricJudge): void {
  for (const { n, failed, retry, waitMs } of gaps) {
    const { fromMs, toMs } = retryWaitRange(n, parameters)
    const finding = {
      expected: [
        `wait ${n} between ${formatDuration(fromMs)} and ${formatDuration(toMs)}`,
        'earlier where a new event occurred',
      ],
      actual: `${formatDuration(waitMs)} before ${nameOf(retry)}`,
      evidence: [failed.seq, retry.seq],
      measured: waitMs,
      limit: { ms: toMs, source: 'spec' as const, why: 'TR-069 3.2.1.1, Table 3' },
      uncertainty: lateToleranceMs,
    }
    const newEvents = retry.events.filter(event => !failed.events.includes(event))
    if (waitMs < fromMs - earlyToleranceMs && newEvents.length > 0)
      metric.inconclusive(`A new event (${newEvents.join(', ')}) ended the wait.`, finding)
    else metric.check(waitMs >= fromMs - earlyToleranceMs && waitMs <= toMs + lateToleranceMs, finding)
  }
}
