import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoyConnected } from '../../harness/acs/decoy.ts'
import {
  bareConnection,
  type Happening,
  judged,
  mark,
  outcomeOf,
  plain,
  playing,
  session,
} from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppEnded, xmppRequest } from '../written-xmpp.ts'
import { request } from './request.ts'

/** The ordinary request, written at 1 s and answered 10 ms later, with a session so long after that. */
const round = (asked: Partial<WrittenXmppRequest> = {}, afterReplyMs?: number): Happening[] => [
  mark('ordinary-begun', 900),
  xmppRequest('ordinary XMPP request', {
    at: 1000,
    ...('unanswered' in asked ? {} : { answered: 'result' }),
    ...asked,
  }),
  ...(afterReplyMs === undefined ? [] : [session({ at: 1010 + afterReplyMs, tookMs: 50 })]),
]
const over = mark('ordinary-done', 60_000)
const elsewhere = (answered = 'result', called = true): Happening[] => [
  mark('decoy', 65_000, { authority: '127.0.0.2:7547' }),
  xmppRequest('sender whose domain is another place', { at: 70_000, answered, from: 'connreq@127.0.0.2/acs' }),
  ...(called ? [session({ at: 70_300, tookMs: 50 })] : []),
]

const verdicts = (...happenings: Happening[]) => judged(request, ...happenings)
const roundVerdicts = (...of: Parameters<typeof round>) => verdicts(...round(...of), over)

test('a request at rest with all that follows passes everywhere', () => {
  expect(verdicts(...round({}, 300), over, ...elsewhere())).toEqual({
    result: 'pass',
    inTime: 'pass',
    event: 'pass',
    asByHttp: 'pass',
    toAcs: 'pass',
  })
})

describe('the answer', () => {
  test.each(['not-authorized', 'not-allowed', 'bad-request', ''])(
    'an error "%s" to a right request fails',
    answered => {
      expect(roundVerdicts({ answered })).toEqual({
        result: 'fail',
        inTime: 'inconclusive',
        event: 'inconclusive',
        asByHttp: 'inconclusive',
        toAcs: 'inconclusive',
      })
    },
  )

  test.each(['service-unavailable', 'resource-constraint'])('%s may be a rate limit', answered => {
    expect(roundVerdicts({ answered })).toMatchObject({ result: 'inconclusive', inTime: 'inconclusive' })
  })

  test('that could not come because the stream ended is not held against the device', () => {
    const unanswered = xmppRequest('ordinary XMPP request', { at: 1000, unanswered: true })
    expect(verdicts(mark('ordinary-begun', 900), unanswered, over)).toMatchObject({ result: 'fail' })
    const lost = verdicts(mark('ordinary-begun', 900), unanswered, xmppEnded(4000, 'lost'), over)
    expect(lost).toMatchObject({ result: 'inconclusive', inTime: 'inconclusive' })
    expect(verdicts(mark('ordinary-begun', 900), unanswered, xmppEnded(30_000, 'lost'), over)).toMatchObject({
      result: 'fail',
    })
  })

  test('of the server for a device that is not there says nothing of the device', () => {
    expect(roundVerdicts({ answered: 'service-unavailable', answeredBy: 'server' })).toMatchObject({
      result: 'inconclusive',
    })
  })

  test('that never came fails, and the stray stanza that came instead is told', () => {
    expect(roundVerdicts({ unanswered: true })).toMatchObject({ result: 'fail' })
    const stray = plain(1500, {
      type: 'xmpp-stray-stanza',
      ...{ name: 'message', id: 'other', content: [], raw: { length: 0 } },
    })
    const { metrics } = outcomeOf(request, playing(request, [...round({ unanswered: true }), stray, over]))
    expect(metrics.find(({ name }) => name === 'result')).toMatchObject({
      verdict: 'fail',
      actual: 'no answer within 10 s; instead came a message with the id "other"',
      evidence: [3, 5, 4],
    })
  })

  test('that holds something is a warning', () => {
    expect(roundVerdicts({ content: ['connectionRequest'] }, 300)).toMatchObject({ result: 'warning', inTime: 'pass' })
  })

  test('after more than 5 s is a warning, because "at once" has no number', () => {
    expect(roundVerdicts({ tookMs: 5001 }, 8000)).toMatchObject({ result: 'warning', inTime: 'pass' })
    expect(roundVerdicts({ tookMs: 5000 }, 8000)).toMatchObject({ result: 'pass', inTime: 'pass' })
  })

  test('that came after it was given up is a late one', () => {
    const late = round({ unanswered: true, answered: 'result', tookMs: 12_000 }, 13_000)
    expect(verdicts(...late, over)).toMatchObject({ result: 'warning' })
  })

  test('of the request that was repeated after a rest counts, not the refusal before', () => {
    const refused = xmppRequest('ordinary XMPP request', { at: 950, answered: 'service-unavailable' })
    expect(verdicts(...round({}, 300), refused, over)).toMatchObject({ result: 'pass', inTime: 'pass' })
  })
})

describe('the session', () => {
  const inTime = (afterReplyMs: number) => roundVerdicts({}, afterReplyMs)['inTime']

  test('counts from the result, up to 30 s', () => {
    expect(inTime(29_900)).toBe('pass')
    expect(inTime(30_100)).toBe('fail')
  })

  test('cannot be judged closer to the limit than it was measured', () => {
    expect(inTime(29_995)).toBe('inconclusive')
    expect(inTime(30_005)).toBe('inconclusive')
  })

  test('is not judged where our own loop stalled for longer than the margin', () => {
    const stalled = plain(2000, { type: 'loop-delay', maxMs: 200, p99Ms: 1 })
    expect(verdicts(...round({}, 29_900), stalled, over)).toMatchObject({ inTime: 'error', asByHttp: 'error' })
  })

  test('that never came fails; a bare attempt in time keeps the 30 s', () => {
    expect(roundVerdicts()).toMatchObject({ result: 'pass', inTime: 'fail', event: 'inconclusive', asByHttp: 'fail' })
    expect(verdicts(...round(), bareConnection(5000), over)).toMatchObject({ inTime: 'pass', event: 'inconclusive' })
  })

  test('without event 6 fails by that event', () => {
    const other = session({ at: 1300, events: ['2 PERIODIC'] })
    expect(verdicts(...round(), other, over)).toMatchObject({ inTime: 'pass', event: 'fail' })
  })

  test('may list other events, in any order; its CommandKey is empty', () => {
    const events = ['4 VALUE CHANGE', '6 CONNECTION REQUEST', '2 PERIODIC']
    expect(verdicts(...round(), session({ at: 1300, events }), over)).toMatchObject({ event: 'pass', asByHttp: 'pass' })
    const keyed = session({ at: 1300, events: [{ eventCode: '6 CONNECTION REQUEST', commandKey: 'x' }] })
    expect(verdicts(...round(), keyed, over)).toMatchObject({ event: 'fail', asByHttp: 'fail' })
  })

  test('may begin before its result came through the server', () => {
    expect(roundVerdicts({ tookMs: 20 }, 0)).toMatchObject({ result: 'pass', inTime: 'pass', event: 'pass' })
  })

  test('any time up to the limit passes, any past it fails, and nothing throws', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 45_000 }), fc.integer({ min: 1, max: 4000 }), (after, tookMs) => {
        const verdict = verdicts(...round({ tookMs }), session({ at: 1000 + tookMs + after }), over)['inTime']
        const allowed = Math.abs(after - 30_000) < tookMs ? 'inconclusive' : after <= 30_000 ? 'pass' : 'fail'
        expect(verdict).toBe(allowed)
      }),
    )
  })
})

describe('where the session goes', () => {
  test('a connection to the place that the sender’s domain names fails', () => {
    const strayed = mark(decoyConnected, 71_000, { from: '127.0.0.1' })
    expect(verdicts(...round({}, 300), over, ...elsewhere('result', false), strayed)).toMatchObject({ toAcs: 'fail' })
  })

  test('is seen at the ordinary request too, where there is no other place', () => {
    expect(verdicts(...round({}, 300), over, mark('no-other-place', 65_000))).toMatchObject({ toAcs: 'pass' })
  })

  test('is not seen without a session', () => {
    expect(verdicts(...round(), over, mark('no-other-place', 65_000))).toMatchObject({ toAcs: 'inconclusive' })
    expect(verdicts(...round({}, 300), over, ...elsewhere('result', false))).toMatchObject({ toAcs: 'inconclusive' })
  })

  test('an unknown sender may be refused for now: the ordinary session counts', () => {
    expect(verdicts(...round({}, 300), over, ...elsewhere('service-unavailable', false))).toMatchObject({
      toAcs: 'pass',
    })
  })
})

test('how fast the device was is told', () => {
  const { properties } = outcomeOf(request, playing(request, [...round({}, 300), over]))
  expect(properties).toEqual({ 'time to the XMPP result': '10 ms', 'time from XMPP result to session': '300 ms' })
})
