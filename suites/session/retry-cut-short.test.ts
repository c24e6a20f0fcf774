import { describe, expect, test } from 'vitest'
import type { EventStruct } from '../../harness/timeline/entry.ts'
import {
  type Happening,
  judged,
  mark,
  outcomeOf,
  playing,
  request,
  session,
  verdictsOf,
  type WrittenRequest,
  type WrittenSession,
} from '../written-timeline.ts'
import { retryCutShort } from './retry-cut-short.ts'

const scheduled: (string | EventStruct)[] = ['3 SCHEDULED', { eventCode: 'M ScheduleInform', commandKey: 'connreq' }]
const both = ['6 CONNECTION REQUEST', ...scheduled]

const failed = session({ at: 1000, events: scheduled, ended: 'failed-by-acs' })
const asked = (options: Partial<WrittenRequest> = { answered: 204 }): Happening[] => [
  mark('waiting', 4000),
  request('during the retry wait', { at: 4100, ...options }),
]
const called = (options: Partial<WrittenSession> = {}) =>
  session({ at: 5000, events: both, retryCount: '1', ...options })
const over = mark('wait-over', 45_000)

const verdicts = (...happenings: Happening[]) => judged(retryCutShort, failed, ...happenings, over)
const all = (verdict: string) => ({ cutShort: verdict, countKept: verdict, together: verdict })

test('one session at once with both events, counted as a retry, passes', () => {
  expect(verdicts(...asked(), called())).toEqual(all('pass'))
})

test('events in any order, and others besides, pass', () => {
  const events = ['4 VALUE CHANGE', ...scheduled, '6 CONNECTION REQUEST']
  expect(verdicts(...asked(), called({ events }))).toEqual(all('pass'))
})

test('no session fails', () => {
  expect(verdicts(...asked())).toEqual({ cutShort: 'fail', countKept: 'inconclusive', together: 'inconclusive' })
})

test('a session only after the shortest wait fails', () => {
  expect(verdicts(...asked(), called({ at: 4110 + 120_000 }))).toMatchObject({ cutShort: 'fail' })
})

test('a session with event 6 alone fails', () => {
  expect(verdicts(...asked(), called({ events: ['6 CONNECTION REQUEST'] }))).toMatchObject({ together: 'fail' })
})

test('a RetryCount that begins anew is a warning', () => {
  expect(verdicts(...asked(), called({ retryCount: '0' }))).toMatchObject({ countKept: 'warning', cutShort: 'pass' })
})

describe('nothing is known', () => {
  test.each([{ answered: 503 }, { answered: 401 }, { unanswered: 'timeout' as const }])(
    'of a request with %j',
    options => {
      expect(verdicts(...asked(options))).toEqual(all('inconclusive'))
    },
  )

  test.each([
    { answered: 404, credentials: 'none' as const },
    { unanswered: 'refused' as const, unsent: true as const },
  ])('of a request that got no challenge: %j; that is no error of ours', options => {
    expect(verdicts(...asked(options))).toEqual(all('inconclusive'))
  })

  test('of a session that had not come when the run was stopped', () => {
    const cut = playing(retryCutShort, [failed, ...asked(), mark('later', 6000)], 'interrupted')
    expect(verdictsOf(outcomeOf(retryCutShort, cut))).toEqual(all('inconclusive'))
  })

  test('of the events when a new event had brought the retry before: the wait was over already', () => {
    const periodic = session({ at: 3000, events: ['2 PERIODIC', ...scheduled], retryCount: '1', tookMs: 50 })
    const outcome = verdicts(periodic, ...asked(), called({ events: ['6 CONNECTION REQUEST'], retryCount: '0' }))
    expect(outcome).toMatchObject({ together: 'inconclusive', countKept: 'inconclusive' })
  })
})

test('only the last of several attempts counts: those before it were refused with 503', () => {
  const again = [mark('waiting', 24_000), request('during the retry wait', { at: 24_100, answered: 204 })]
  expect(verdicts(...asked({ answered: 503 }), ...again, called({ at: 25_000 }))).toEqual(all('pass'))
})
