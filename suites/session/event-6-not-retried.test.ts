import { describe, expect, test } from 'vitest'
import type { EventStruct } from '../../harness/timeline/entry.ts'
import {
  control,
  type Happening,
  judged,
  mark,
  outcomeOf,
  playing,
  request,
  session,
  verdictsOf,
  type WrittenSession,
} from '../written-timeline.ts'
import { event6NotRetried } from './event-6-not-retried.ts'

const scheduled: (string | EventStruct)[] = ['3 SCHEDULED', { eventCode: 'M ScheduleInform', commandKey: 'connreq' }]

/** The session of a Connection Request fails at 1 s; what follows; the control. */
const event6 = (following: Happening[] = [], more = control(30_000)): Happening[] => [
  mark('event-6-begun', 900),
  request('its session will fail', { at: 950, answered: 204 }),
  session({ at: 1000, ended: 'failed-by-acs' }),
  mark('event-6-failed', 1200),
  ...following,
  mark('event-6-over', 22_000),
  ...more,
]

/** A scheduled session at `at` that fails twice, then its retries. */
function failedTwice(at: number, { waits = [7000, 15_000], retries = [{}, {}] as Partial<WrittenSession>[] } = {}) {
  const failing = [session({ at, events: scheduled, ended: 'failed-by-acs' })]
  let now = at + 4
  waits.forEach((wait, index) => {
    now += wait
    const ended = index === waits.length - 1 ? 'completed' : 'failed-by-acs'
    failing.push(session({ at: now, events: scheduled, ended, retryCount: `${index + 1}`, ...retries[index] }))
    now += 4
  })
  return failing
}

const ordinary = (at: number, options: Partial<WrittenSession> = {}) => session({ at, tookMs: 50, ...options })
const defaults = (...sessions: Happening[]) => [
  mark('default-begun', 40_000),
  ...sessions,
  mark('default-over', 90_000),
]
/** With m=3 and k=1500 the ranges are 3 to 4.5, 4.5 to 6.75 and 6.75 to 10.125 s. */
const shortly = (waits = [4000, 6000, 8000]) => [
  mark('short-begun', 100_000),
  ...failedTwice(105_000, { waits, retries: [{}, {}, {}] }),
  mark('short-over', 150_000),
]

const verdicts = (...happenings: Happening[][]) => judged(event6NotRetried, ...happenings.flat())
const wholeDefaults = defaults(ordinary(41_000), ...failedTwice(45_000))
const after = [ordinary(95_000)]

test('a forgotten request, and retries as the policy wants them, pass', () => {
  expect(verdicts(event6(), wholeDefaults, after, shortly())).toEqual({
    notRetried: 'pass',
    redelivered: 'pass',
    deliveredOnce: 'pass',
    goesOn: 'pass',
    defaultRanges: 'pass',
    setRanges: 'pass',
    restarted: 'pass',
    count: 'pass',
  })
})

describe('after the failed session of a Connection Request', () => {
  test.each([[[]], [['2 PERIODIC']], [['4 VALUE CHANGE']]])('a retry with the events %j is legal', events => {
    expect(verdicts(event6([session({ at: 8000, events, retryCount: '1' })]))).toMatchObject({ notRetried: 'pass' })
  })

  test('a retry with event 6 fails', () => {
    expect(verdicts(event6([session({ at: 8000, retryCount: '1' })]))).toMatchObject({ notRetried: 'fail' })
  })

  test('silence proves nothing without a session of the positive control', () => {
    const silent = control(30_000, { silent: true })
    expect(verdicts(event6([], silent))).toMatchObject({ notRetried: 'inconclusive' })
    expect(verdicts(event6([], []))).toMatchObject({ notRetried: 'inconclusive' })
  })
})

describe('retries', () => {
  const only = (...sessions: Happening[]) => verdicts(event6(), defaults(...sessions), after)

  test('do not apply to a device that cannot schedule an Inform', () => {
    const outcome = verdicts(event6(), [mark('no-schedule-inform', 40_000)])
    const { notRetried, ...others } = outcome
    expect(notRetried).toBe('pass')
    expect([...new Set(Object.values(others))]).toEqual(['not-applicable'])
  })

  test('with parameters of their own do not apply to a device without them', () => {
    expect(verdicts(event6(), wholeDefaults, after)).toMatchObject({ setRanges: 'not-applicable' })
  })

  test('that never come fail', () => {
    expect(only(session({ at: 45_000, events: scheduled, ended: 'failed-by-acs' }))).toMatchObject({
      goesOn: 'fail',
      redelivered: 'inconclusive',
      defaultRanges: 'inconclusive',
      count: 'inconclusive',
    })
  })

  test('that had not come when the run was stopped prove nothing', () => {
    const first = session({ at: 45_000, events: scheduled, ended: 'failed-by-acs' })
    const cut = [...event6(), mark('default-begun', 40_000), first]
    const outcome = verdictsOf(outcomeOf(event6NotRetried, playing(event6NotRetried, cut, 'interrupted')))
    expect(outcome).toMatchObject({ notRetried: 'inconclusive', goesOn: 'inconclusive' })
  })

  test('cannot be judged when the scheduled Inform did not come', () => {
    expect(only(ordinary(41_000))).toMatchObject({ goesOn: 'inconclusive', defaultRanges: 'inconclusive' })
  })

  test('without the undelivered event are a warning, because the text was not at hand', () => {
    const retries = [{ events: ['2 PERIODIC'] }, {}]
    expect(only(...failedTwice(45_000, { retries }))).toMatchObject({ redelivered: 'warning' })
  })

  test('may list further events', () => {
    const retries = [{ events: ['4 VALUE CHANGE', ...scheduled] }, {}]
    expect(only(...failedTwice(45_000, { retries }))).toMatchObject({ redelivered: 'pass', defaultRanges: 'pass' })
  })

  test('with a RetryCount that does not grow fail', () => {
    expect(only(...failedTwice(45_000, { retries: [{}, { retryCount: '1' }] }))).toMatchObject({ count: 'fail' })
    expect(only(...failedTwice(45_000, { retries: [{ retryCount: '0' }] }))).toMatchObject({ count: 'fail' })
  })

  test('outside their ranges fail', () => {
    expect(only(...failedTwice(45_000, { waits: [2000, 15_000] }))).toMatchObject({ defaultRanges: 'fail' })
    expect(only(...failedTwice(45_000, { waits: [7000, 30_000] }))).toMatchObject({ defaultRanges: 'fail' })
    expect(verdicts(event6(), wholeDefaults, after, shortly([7000, 15_000, 30_000]))).toMatchObject({
      defaultRanges: 'pass',
      setRanges: 'fail',
    })
  })

  test('that begin with a later range fail as such', () => {
    expect(only(...failedTwice(45_000, { waits: [25_000, 15_000] }))).toMatchObject({ restarted: 'fail' })
  })
})

describe('a retry that a new event brings early', () => {
  const early = (retryCount: string) =>
    verdicts(
      event6(),
      defaults(
        ...failedTwice(45_000, {
          waits: [2000, 15_000],
          retries: [{ events: ['2 PERIODIC', ...scheduled], retryCount }],
        }),
      ),
      after,
    )

  test('says nothing of the waits', () => {
    expect(early('1')).toMatchObject({ defaultRanges: 'inconclusive', count: 'pass', goesOn: 'pass' })
  })

  test('may begin its RetryCount anew: that it is carried on is a warning at most', () => {
    expect(early('0')['count']).not.toBe('fail')
  })
})

describe('after the delivery', () => {
  const then = (options: Partial<WrittenSession>) => verdicts(event6(), wholeDefaults, [ordinary(95_000, options)])

  test('a delivered event that comes again is a warning', () => {
    expect(then({ events: scheduled })).toMatchObject({ deliveredOnce: 'warning' })
  })

  test('another RetryCount than 0 fails', () => {
    expect(then({ retryCount: '2' })).toMatchObject({ count: 'fail' })
  })

  test('nothing is known without another session', () => {
    expect(verdicts(event6(), wholeDefaults)).toMatchObject({ deliveredOnce: 'inconclusive' })
  })
})
