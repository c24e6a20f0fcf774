import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Entry, NewEntry } from '../../harness/timeline/entry.ts'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import { metricJudge, must } from '../../harness/verdict/metric.ts'
import { judgeRestart, judgeWaits, retryGaps } from './retry-gaps.ts'
import { defaultRetryParameters, retryWaitRange } from './scheduled.ts'

interface Call {
  /** From our failing answer to this attempt, or from the start. */
  waitMs: number
  events?: string[]
  how?: 'failed-by-acs' | 'completed'
}

/** Sessions one after the other, each answered 80 ms after its attempt. */
function timelineWith(calls: Call[]) {
  const entries: Entry[] = []
  const add = (at: number, entry: NewEntry) => entries.push({ seq: entries.length + 1, at, ...entry })
  let now = 0
  calls.forEach(({ waitMs, events = ['3 SCHEDULED'], how = 'failed-by-acs' }, index) => {
    const session = index + 1
    now += waitMs
    add(now + 50, {
      type: 'session-opened',
      session,
      connection: session,
      exchange: session,
      attemptAt: now,
      attemptBasis: 'connection',
      cwmp: 'urn:dslforum-org:cwmp-1-4',
      inform: { deviceId: {}, events: events.map(eventCode => ({ eventCode, commandKey: '' })), parameters: [] },
      problems: [],
      ofDeviceUnderTest: true,
    })
    now += 80
    const body = { text: '', length: 0 }
    add(now, { type: 'http-sent', connection: session, exchange: session, session, status: 503, headers: [], body })
    add(now + 20, { type: 'session-ended', session, how })
  })
  return timelineOf(entries)
}

const verdictOf = (calls: Call[], judge = judgeWaits) => {
  const metric = metricJudge('waits', must('CW-RET-02', 'Each wait lies in its range.'))
  judge(retryGaps(timelineWith(calls)), defaultRetryParameters, metric)
  return metric.outcome()
}

describe('gaps', () => {
  test('are counted from our failing answer to the attempt', () => {
    const gaps = retryGaps(timelineWith([{ waitMs: 0 }, { waitMs: 7000 }, { waitMs: 15_000 }]))
    expect(gaps.map(({ n, failed, retry, waitMs }) => [n, failed.id, retry.id, waitMs])).toEqual([
      [1, 1, 2, 7000],
      [2, 2, 3, 15_000],
    ])
  })

  test('begin anew after a session that did not fail', () => {
    const calls: Call[] = [{ waitMs: 0 }, { waitMs: 7000, how: 'completed' }, { waitMs: 900 }, { waitMs: 6000 }]
    expect(retryGaps(timelineWith(calls)).map(({ n, failed, waitMs }) => [n, failed.id, waitMs])).toEqual([
      [1, 1, 7000],
      [1, 3, 6000],
    ])
  })

  test('are none where no session followed', () => {
    expect(retryGaps(timelineWith([]))).toEqual([])
    expect(retryGaps(timelineWith([{ waitMs: 0 }]))).toEqual([])
  })
})

describe('waits', () => {
  const waitIn = (n: number) => {
    const { fromMs, toMs } = retryWaitRange(n, defaultRetryParameters)
    return fc.double({ min: fromMs, max: toMs, noNaN: true }).map(waitMs => ({ waitMs }))
  }
  const first = fc.constant<Call>({ waitMs: 0 })

  test('within their ranges pass', () => {
    fc.assert(
      fc.property(fc.tuple(first, ...Array.from({ length: 11 }, (_, index) => waitIn(index + 1))), calls => {
        expect(verdictOf(calls).verdict).toBe('pass')
      }),
    )
  })

  test('fail when one of them is a second and more outside its range', () => {
    const positions = fc.integer({ min: 1, max: 11 })
    const outside = fc.oneof(
      fc.double({ min: 0, max: 0.9, noNaN: true }).map(factor => (n: number) => {
        const { fromMs } = retryWaitRange(n, defaultRetryParameters)
        return Math.min(fromMs * factor, fromMs - 1000)
      }),
      fc
        .integer({ min: 1001, max: 100_000 })
        .map(ms => (n: number) => retryWaitRange(n, defaultRetryParameters).toMs + ms),
    )
    fc.assert(
      fc.property(positions, outside, (n, waitAt) => {
        const before = Array.from({ length: n - 1 }, (_, index) => ({
          waitMs: retryWaitRange(index + 1, defaultRetryParameters).fromMs,
        }))
        const outcome = verdictOf([{ waitMs: 0 }, ...before, { waitMs: waitAt(n) }])
        expect(outcome.verdict).toBe('fail')
        expect(outcome.expected?.[0]).toContain(`wait ${n} `)
      }),
    )
  })

  test.each([
    [4500, 'pass'],
    [4499, 'fail'],
    [11_000, 'pass'],
    [11_001, 'fail'],
  ])('a first wait of %d ms: %s, for timers are rounded and connections take time', (waitMs, verdict) => {
    expect(verdictOf([{ waitMs: 0 }, { waitMs }]).verdict).toBe(verdict)
  })

  test('that a new event cut short prove nothing; one that came too late still fails', () => {
    const events = ['3 SCHEDULED', '6 CONNECTION REQUEST']
    expect(verdictOf([{ waitMs: 0 }, { waitMs: 100, events }])).toMatchObject({
      verdict: 'inconclusive',
      reason: 'A new event (6 CONNECTION REQUEST) ended the wait.',
    })
    expect(verdictOf([{ waitMs: 0 }, { waitMs: 20_000, events }]).verdict).toBe('fail')
  })

  test('are told with the range, its clause and both sessions', () => {
    expect(verdictOf([{ waitMs: 0 }, { waitMs: 3000 }])).toMatchObject({
      expected: ['wait 1 between 5 s and 10 s', 'earlier where a new event occurred'],
      actual: '3 s before session 2 (3 SCHEDULED)',
      evidence: [1, 4],
      limit: { ms: 10_000, source: 'spec' },
      measured: 3000,
    })
  })
})

describe('the wait after a restart', () => {
  const restart = (...waits: number[]) =>
    verdictOf([{ waitMs: 0 }, ...waits.map(waitMs => ({ waitMs }))], (gaps, _, metric) => judgeRestart(gaps, metric))

  test.each([
    [[7000], 'pass'],
    [[11_000, 15_000], 'pass'],
    [[1000], 'pass'],
    [[30_000], 'fail'],
    [[30_000, 60_000], 'fail'],
    [[30_000, 31_000], 'inconclusive'],
    [[], 'inconclusive'],
  ])('%j: %s', (waits, verdict) => {
    expect(restart(...waits).verdict).toBe(verdict)
  })
})
