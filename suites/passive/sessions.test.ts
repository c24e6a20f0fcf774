import { describe, expect, test } from 'vitest'
import type { HeaderList } from '../../harness/timeline/entry.ts'
import { type Happening, request, session } from '../written-timeline.ts'
import { capture, outcomeIn, periodic, verdictIn } from './written-capture.ts'
import { judgeCapture } from './judge-capture.ts'
import { judgeInvariants } from '../judge-run.ts'

const asked = (at: number) => request('captured', { at, answered: 204 })

describe('a session that failed at its Inform', () => {
  const failed = session({ at: 6000, ended: 'failed-by-acs' })

  test.each([
    ['with event 6 again', 'fail', [asked(5000), failed, session({ at: 13_000, retryCount: '1' })]],
    ['without it', 'pass', [asked(5000), failed, session({ at: 13_000, retryCount: '1', events: [] })]],
    [
      'with event 6 for another request',
      'not-asked',
      [asked(5000), failed, asked(12_000), session({ at: 13_000, retryCount: '1' })],
    ],
    ['after the end of the capture', 'inconclusive', [asked(5000), failed]],
  ])('is retried %s: %s', (_, verdict, happenings) => {
    expect(verdictIn('session-event-6-not-retried.notRetried', ...happenings)).toBe(verdict)
  })

  const scheduled = (at: number, more: Partial<Parameters<typeof session>[0]> = {}) =>
    session({ at, events: ['M ScheduleInform'], ...more })
  const lost = scheduled(6000, { ended: 'failed-by-acs' })

  test.each([
    ['again', 'pass', [scheduled(13_000, { retryCount: '1' })]],
    ['again after another one', 'pass', [periodic(12_000, { retryCount: '1' }), scheduled(13_000)]],
    ['no more', 'warning', [periodic(12_000), periodic(20_000), periodic(30_000)]],
    ['no more in the capture', 'inconclusive', [periodic(12_000)]],
  ])('tells its events %s: %s', (_, verdict, happenings) => {
    expect(verdictIn('session-event-6-not-retried.redelivered', lost, ...happenings)).toBe(verdict)
  })

  test('counts each time', () => {
    const wrong = (at: number) => [scheduled(at, { ended: 'failed-by-acs' }), scheduled(at + 6000, { retryCount: '0' })]
    expect(verdictIn('session-event-6-not-retried.count', lost, scheduled(13_000, { retryCount: '1' }))).toBe('pass')
    expect(verdictIn('session-event-6-not-retried.count', ...wrong(20_000))).toBe('inconclusive')
    expect(verdictIn('session-event-6-not-retried.count', ...wrong(20_000), ...wrong(90_000))).toBe('fail')
  })
})

/** A session with a cookie, and one more POST in it. */
const withCookie =
  (setCookie: string, cookie: string | undefined): Happening =>
  () => {
    const ids = { connection: 900, exchange: 901 }
    const sent: HeaderList = [['Set-Cookie', setCookie]]
    const headers: HeaderList = cookie === undefined ? [] : [['Cookie', cookie]]
    const more = { firstByteAt: 0, method: 'POST', target: '/', httpVersion: '1.1', problems: [], body: { length: 0 } }
    return [
      {
        at: 120,
        entry: {
          type: 'http-sent',
          connection: 900,
          exchange: 900,
          session: 77,
          status: 200,
          headers: sent,
          body: { length: 0 },
        },
      },
      { at: 130, entry: { type: 'http-received', ...ids, headers, ...more } },
      { at: 131, entry: { type: 'empty-post', session: 77, ...ids } },
    ]
  }

test.each([
  ['a=1; Path=/', 'a=1', 'pass'],
  ['a=1', 'b=2; a=1', 'pass'],
  ['a=1', undefined, 'fail'],
  ['a=1', 'a=2', 'fail'],
  ['a=1; Path=/other', undefined, 'not-asked'],
  ['a=1; Max-Age=0', undefined, 'not-asked'],
])('Set-Cookie %s and Cookie %s: %s', (setCookie, cookie, verdict) => {
  expect(verdictIn('session-cookies.returned', withCookie(setCookie, cookie))).toBe(verdict)
})

describe('the rules that hold at all times', () => {
  test('know the forced parameters from the Informs alone', () => {
    expect(outcomeIn(capture(), 'invariants.forced')).toMatchObject({
      verdict: 'fail',
      actual: expect.stringContaining('HardwareVersion'),
    })
  })

  test('let RetryCount be what it is where nobody can know of attempts in vain', () => {
    expect(verdictIn('invariants.retryCount', periodic(5000))).toBe('pass')
    expect(verdictIn('invariants.retryCount', periodic(90_000, { retryCount: '3' }))).toBe('inconclusive')
    expect(verdictIn('invariants.retryCount', periodic(500, { retryCount: '3' }))).toBe('fail')
  })

  test('are not asked where a capture has nothing of their kind', () => {
    for (const name of ['emptyReplies', 'iqAnswered', 'udpUnanswered', 'jabberId'])
      expect(outcomeIn(capture(), `invariants.${name}`)).toMatchObject({
        verdict: 'not-asked',
        reason: expect.any(String),
      })
  })
})

test('what nothing brings about is not asked, with the reason; nothing is an error of ours', () => {
  const entries = capture()
  const metrics = judgeCapture(entries, judgeInvariants(entries)).flatMap(outcome => outcome.metrics)
  expect(metrics.filter(({ verdict }) => verdict === 'error')).toEqual([])
  for (const { verdict, reason } of metrics)
    if (verdict === 'not-asked') expect(reason).toMatch(/^The capture holds no /)
})
