import { describe, expect, test } from 'vitest'
import { timelineOf } from '../harness/timeline/timeline.ts'
import { xmppRequests } from '../harness/timeline/xmpp-requests.ts'
import { metricJudge, must } from '../harness/verdict/metric.ts'
import { exchangeLabelled } from './reply-and-session.ts'
import { judgeDelay, judgeEvents, type Replied, repliedByHttp, repliedByXmpp } from './session-after-reply.ts'
import { type Happening, plain, request, session, written } from './written-timeline.ts'
import { xmppRequest } from './written-xmpp.ts'

const timelineWith = (...happenings: Happening[]) => timelineOf(written(...happenings))

const outcomeOf = (judge: (metric: ReturnType<typeof metricJudge>) => void) => {
  const metric = metricJudge('metric', must('CR-GEN-04', 'It is kept.'))
  judge(metric)
  return metric.outcome()
}

describe('what was replied over XMPP', () => {
  const asked = (...happenings: Happening[]) => {
    const timeline = timelineWith(...happenings)
    const [first] = xmppRequests(timeline)
    if (first === undefined) throw new Error('no request')
    return repliedByXmpp(timeline, first)
  }

  test('has the time of the answer and the first session with event 6 after the request', () => {
    const replied = asked(
      session({ at: 500 }),
      xmppRequest('x', { at: 1000, answered: 'result', tookMs: 40 }),
      session({ at: 2000, events: ['2 PERIODIC'] }),
      session({ at: 3000 }),
      session({ at: 4000 }),
    )
    expect(replied).toMatchObject({ repliedAt: 1040, uncertaintyMs: 40, session: { attemptAt: 3000 } })
    expect(replied.evidence).toHaveLength(3)
  })

  test('is no surer than the answer took and our own loop was late', () => {
    const stalled = plain(1500, { type: 'loop-delay', maxMs: 30, p99Ms: 1 })
    expect(asked(xmppRequest('x', { at: 1000, answered: 'result', tookMs: 40 }), stalled).uncertaintyMs).toBe(70)
  })

  test('has no time without an answer', () => {
    expect(asked(xmppRequest('x', { at: 1000, unanswered: true }))).toMatchObject({
      repliedAt: undefined,
      uncertaintyMs: 0,
    })
    expect(asked(xmppRequest('x', { at: 1000 })).evidence).toEqual([1])
  })
})

test('what was replied over HTTP has the time of its last byte and that of the way', () => {
  const timeline = timelineWith(
    request('x', { at: 1000, answered: 204, tookMs: 40, connectMs: 3 }),
    session({ at: 3000 }),
  )
  const exchange = exchangeLabelled(timeline, 'x')
  if (exchange === undefined) throw new Error('no exchange')
  expect(repliedByHttp(timeline, exchange)).toMatchObject({
    ...{ repliedAt: 1040, uncertaintyMs: 3, session: { attemptAt: 3000 } },
    sentSeq: exchange.request.sent?.seq,
  })
})

describe('the verdict', () => {
  const replied = (more: Partial<Replied> = {}): Replied => ({
    ...{ from: 'reply', sentSeq: 1, repliedAt: 1000, uncertaintyMs: 0, session: undefined, evidence: [1] },
    ...more,
  })
  const until = (at: number) => plain(at, { type: 'mark', name: 'end' })

  test('on an attempt that never came says how long was waited', () => {
    const timeline = timelineWith(until(46_000))
    expect(outcomeOf(metric => judgeDelay(timeline, replied(), metric))).toMatchObject({
      verdict: 'fail',
      actual: 'no attempt in the 45 s that were waited',
      limit: { source: 'spec', ms: 30_000 },
    })
  })

  test('on a session without event 6 in time is that it was attempted', () => {
    const timeline = timelineWith(session({ at: 5000, events: ['1 BOOT'], reused: true }), until(46_000))
    expect(outcomeOf(metric => judgeDelay(timeline, replied(), metric))).toMatchObject({
      verdict: 'pass',
      measured: 4000,
    })
  })

  test('on an attempt before the reply does not count it as one', () => {
    const timeline = timelineWith(session({ at: 500, events: ['1 BOOT'] }), until(46_000))
    expect(outcomeOf(metric => judgeDelay(timeline, replied(), metric))).toMatchObject({ verdict: 'fail' })
  })

  test('on the events names the sessions that came instead', () => {
    const timeline = timelineWith(until(0), session({ at: 5000, id: 7, events: ['2 PERIODIC'] }))
    expect(outcomeOf(metric => judgeEvents(timeline, replied(), metric))).toMatchObject({
      verdict: 'fail',
      actual: 'only session 7 (2 PERIODIC)',
    })
    expect(outcomeOf(metric => judgeEvents(timelineWith(until(0)), replied(), metric)).verdict).toBe('inconclusive')
  })
})
