import { describe, expect, test } from 'vitest'
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
import { notify } from './notify.ts'

const change = '4 VALUE CHANGE'

const byAcs = (...following: Happening[]) => [
  mark('changed-by-acs', 1000),
  ...following,
  mark('acs-change-over', 61_000),
  session({ at: 63_000 }),
]
const during = (
  following: Happening[] = [session({ at: 72_000, events: [change] })],
  held: Partial<WrittenSession> = {},
) => [
  session({ at: 70_000, id: 6, tookMs: 1000, ...held }),
  mark('changing', 70_010, { session: 6 }),
  ...following,
  mark('change-over', 110_000),
]
const throttled = (delayMs?: number, asked: Partial<WrittenRequest> = { answered: 204 }) => [
  mark('throttled', 120_000),
  request('right after a value change', { at: 121_000, ...asked }),
  ...(delayMs === undefined ? [] : [session({ at: 121_010 + delayMs, events: [change, '6 CONNECTION REQUEST'] })]),
  mark('throttle-over', 300_000),
]

const verdicts = (...happenings: Happening[][]) => judged(notify, ...happenings.flat())

test('no session for the change of the ACS, one for each other change: passes', () => {
  expect(verdicts(byAcs(), during(), throttled(1000))).toEqual({
    ownChange: 'pass',
    duringSession: 'pass',
    throttle: 'pass',
  })
})

describe('a change by the ACS', () => {
  test('that brings a notification is a warning', () => {
    expect(verdicts(byAcs(session({ at: 5000, events: [change] })))).toMatchObject({ ownChange: 'warning' })
  })

  test('may be followed by sessions for other reasons', () => {
    expect(verdicts(byAcs(session({ at: 5000, events: ['2 PERIODIC'] })))).toMatchObject({ ownChange: 'pass' })
  })

  test('proves nothing where the run was stopped before the window was over', () => {
    const cut = playing(notify, [mark('changed-by-acs', 1000)], 'interrupted')
    expect(verdictsOf(outcomeOf(notify, cut))).toMatchObject({ ownChange: 'inconclusive' })
  })
})

test('without a way to change a value the rest does not apply', () => {
  expect(verdicts(byAcs(), [mark('no-value-change', 62_000)])).toEqual({
    ownChange: 'pass',
    duringSession: 'not-applicable',
    throttle: 'not-applicable',
  })
})

test('silence after a change by the ACS proves nothing when no session follows the window', () => {
  const silent = [mark('changed-by-acs', 1000), mark('acs-change-over', 61_000)]
  expect(verdicts(silent)).toMatchObject({ ownChange: 'inconclusive' })
})

test('without a throttle it does not apply', () => {
  expect(verdicts(byAcs(), during())).toMatchObject({ duringSession: 'pass', throttle: 'not-applicable' })
})

describe('a change during a session', () => {
  test('that no session reports fails', () => {
    expect(verdicts(byAcs(), during([]))).toMatchObject({ duringSession: 'fail' })
    expect(verdicts(byAcs(), during([session({ at: 72_000, events: ['2 PERIODIC'] })]))).toMatchObject({
      duringSession: 'fail',
    })
  })

  test('may be reported among other events', () => {
    const next = session({ at: 72_000, events: ['2 PERIODIC', change] })
    expect(verdicts(byAcs(), during([next]))).toMatchObject({ duringSession: 'pass' })
  })

  test('that breaks the session fails', () => {
    expect(verdicts(byAcs(), during(undefined, { ended: 'broken-off-by-device' }))).toMatchObject({
      duringSession: 'fail',
    })
  })

  test('proves nothing where the run was stopped in that session', () => {
    const cut = playing(notify, [...byAcs(), ...during([], { ended: false }).slice(0, 2)], 'interrupted')
    expect(verdictsOf(outcomeOf(notify, cut))).toMatchObject({ duringSession: 'inconclusive' })
  })
})

describe('under a throttle', () => {
  test('the session of a Connection Request need not list the change', () => {
    const happenings = [...throttled(), session({ at: 122_000 })]
    expect(verdicts(byAcs(), during(), happenings)).toMatchObject({ throttle: 'pass' })
  })

  test('a session that comes only with the throttle, or never, fails', () => {
    expect(verdicts(byAcs(), during(), throttled(60_000))).toMatchObject({ throttle: 'fail' })
    expect(verdicts(byAcs(), during(), throttled())).toMatchObject({ throttle: 'fail' })
  })

  test.each([{ answered: 503 }, { unanswered: 'timeout' as const }])('nothing is known of a request with %j', asked => {
    expect(verdicts(byAcs(), during(), throttled(undefined, asked))).toMatchObject({ throttle: 'inconclusive' })
  })
})
