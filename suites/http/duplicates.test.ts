import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { control, type Happening, judged, mark, request, session, type WrittenRequest } from '../written-timeline.ts'
import { duplicates } from './duplicates.ts'

/** Requests with the label of the volley; times are milliseconds after the first session began. */
const duplicate = (options: WrittenRequest) => request('duplicate', options)

/** Four requests whose answers come at `answersAt`, sessions that begin at `sessionsAt`, the window and the control. */
function verdicts(requests: readonly Partial<WrittenRequest>[], sessionsAt: number[], more: Happening[] = []) {
  return judged(
    duplicates,
    mark('armed', 100, { copies: requests.length }),
    ...requests.map((options, index) => duplicate({ at: 1000 + index, answered: 204, ...options })),
    ...sessionsAt.map(at => session({ at, tookMs: 50 })),
    ...(more.length > 0 ? more : control(70_000)),
    mark('window-over', 69_000),
  )
}

const four = [{}, {}, {}, {}]

test('four that are accepted before the one session pass', () => {
  expect(verdicts(four, [3000])).toEqual({ answered: 'pass', onlyOne: 'pass' })
})

test('sessions for other reasons do not count', () => {
  const others = [4000, 30_000].map(at => session({ at, events: ['2 PERIODIC', '4 VALUE CHANGE'] }))
  expect(verdicts(four, [3000], [...others, ...control(70_000)])).toEqual({ answered: 'pass', onlyOne: 'pass' })
})

test('503 from a rate limit is a legal answer to some of them', () => {
  expect(verdicts([{}, {}, { answered: 503 }, { answered: 503 }], [3000])).toEqual({
    answered: 'pass',
    onlyOne: 'pass',
  })
})

test.each([401, 403, 500])('%d to one of them fails, for the session that follows there is no reason', answered => {
  expect(verdicts([{}, {}, {}, { answered }], [3000])).toEqual({ answered: 'fail', onlyOne: 'pass' })
})

test.each(['timeout', 'reset', 'refused'] as const)(
  'one without an answer before the session (%s) fails',
  unanswered => {
    const { answered: _, ...silent } = { answered: undefined, unanswered }
    expect(judgedWithSilence(silent, 500)).toMatchObject({ answered: 'fail' })
  },
)

test('one that never gets an answer does not pass, however long it was awaited', () => {
  expect(judgedWithSilence({ unanswered: 'timeout' }, 10_000)['answered']).not.toBe('pass')
})

function judgedWithSilence(silent: Partial<WrittenRequest>, tookMs: number) {
  return judged(
    duplicates,
    mark('armed', 100),
    ...[1000, 1001, 1002].map(at => duplicate({ at, answered: 204 })),
    duplicate({ at: 1003, tookMs, ...silent }),
    session({ at: 3000 }),
    mark('window-over', 69_000),
    ...control(70_000),
  )
}

describe('nothing is known', () => {
  test('when there was no volley at all', () => {
    expect(judged(duplicates, ...control(70_000))).toEqual({ answered: 'inconclusive', onlyOne: 'inconclusive' })
  })

  test('of further sessions when there was none', () => {
    expect(verdicts(four, [])).toEqual({ answered: 'pass', onlyOne: 'inconclusive' })
  })

  test('of further sessions without a positive control that brings a session', () => {
    expect(verdicts(four, [3000], control(70_000, { silent: true }))).toMatchObject({ onlyOne: 'inconclusive' })
    expect(verdicts(four, [3000], [mark('none', 70_000)])).toMatchObject({ onlyOne: 'inconclusive' })
  })

  test('when only one was answered before the device began to connect', () => {
    const late = { tookMs: 3000 }
    expect(verdicts([{}, late, late, late], [3000])).toEqual({ answered: 'inconclusive', onlyOne: 'inconclusive' })
  })
})

test('a volley that was refused and repeated after a rest is left out', () => {
  const refused = [100, 101].map(at => duplicate({ at, answered: 503 }))
  const outcome = judged(
    duplicates,
    mark('armed', 10),
    ...refused,
    mark('armed', 61_000),
    ...[61_100, 61_101].map(at => duplicate({ at, answered: 204 })),
    session({ at: 62_000 }),
    mark('window-over', 130_000),
    ...control(131_000),
  )
  expect(outcome).toEqual({ answered: 'pass', onlyOne: 'pass' })
})

test('requests that an outdated nonce kept from being accepted are left out where others were sent instead', () => {
  const outdated = [1000, 1001].map(at => duplicate({ at, answered: 401 }))
  const outcome = judged(
    duplicates,
    mark('armed', 100),
    ...outdated,
    mark('one-after-another', 1500, { because: 'the device took none of the nonces it had given' }),
    ...[2000, 2100, 2200].map(at => duplicate({ at, answered: 204 })),
    session({ at: 3000 }),
    mark('window-over', 69_000),
    ...control(70_000),
  )
  expect(outcome).toEqual({ answered: 'pass', onlyOne: 'pass' })
})

describe('the number of sessions', () => {
  test('two fail when every answer came long before the first of them', () => {
    expect(verdicts(four, [3000, 5000])).toMatchObject({ onlyOne: 'fail' })
  })

  test('two are legal when one request was accepted after the device had begun to connect, three are not', () => {
    const late = [{}, {}, {}, { tookMs: 2500 }]
    expect(verdicts(late, [3000, 5000])).toEqual({ answered: 'pass', onlyOne: 'inconclusive' })
    expect(verdicts(late, [3000, 5000, 7000])).toMatchObject({ onlyOne: 'fail' })
  })

  test('two are not known to be wrong when answer and attempt came in the same instant', () => {
    // The last answer is complete 1 ms before the attempt: which of the two the device did first cannot be told.
    expect(verdicts(four, [1014, 5000])).toMatchObject({ onlyOne: 'inconclusive' })
  })

  const answersAt = fc.array(fc.integer({ min: 10, max: 4000 }), { minLength: 2, maxLength: 6 })

  test('never fails where a legal reading exists', () => {
    fc.assert(
      fc.property(answersAt, fc.integer({ min: 1100, max: 4500 }), fc.boolean(), (took, sessionAt, another) => {
        const anyLate = took.some((ms, index) => 1000 + index + ms >= sessionAt)
        const sessions = another && anyLate ? [sessionAt, sessionAt + 2000] : [sessionAt]
        const outcome = verdicts(
          took.map(tookMs => ({ tookMs })),
          sessions,
        )
        expect(outcome['onlyOne']).not.toBe('fail')
        expect(outcome['answered']).not.toBe('fail')
        if (another && anyLate) expect(outcome['onlyOne']).not.toBe('pass')
      }),
    )
  })

  test('always fails where none exists', () => {
    fc.assert(
      fc.property(answersAt, fc.integer({ min: 1, max: 3 }), (took, further) => {
        const anyOrder = Array.from({ length: 1 + further }, (_, index) => 5010 + 2000 * index)
        expect(
          verdicts(
            took.map(tookMs => ({ tookMs })),
            anyOrder,
          ),
        ).toEqual({ answered: 'pass', onlyOne: 'fail' })
      }),
    )
  })
})
