import { describe, expect, test } from 'vitest'
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
  type WrittenRequest,
  type WrittenSession,
} from '../written-timeline.ts'
import { whileConnecting } from './while-connecting.ts'

interface Conversation {
  asked?: Partial<WrittenRequest>
  followUpsAt?: number[]
  held?: Partial<WrittenSession>
  more?: Happening[]
}

const verdicts = ({ asked, followUpsAt = [], held = {}, more = control(80_000) }: Conversation) =>
  judged(
    whileConnecting,
    session({ at: 1000, id: 7, tookMs: 9000, ...held }),
    mark('connecting', 1004, { session: 7, scheduled: true }),
    ...(asked ? [request('while connecting', { at: 1100, ...asked })] : []),
    ...followUpsAt.map(at => session({ at, tookMs: 50 })),
    ...more,
  )

test('refused with 503, and no session: passes', () => {
  expect(verdicts({ asked: { answered: 503 } })).toEqual({ notAborted: 'pass', notLost: 'pass' })
})

test('accepted, and one session after it: passes', () => {
  expect(verdicts({ asked: { answered: 204 }, followUpsAt: [10_200] })).toEqual({ notAborted: 'pass', notLost: 'pass' })
})

test('accepted and lost, or followed by two sessions: fails', () => {
  expect(verdicts({ asked: { answered: 204 } })).toMatchObject({ notLost: 'fail' })
  expect(verdicts({ asked: { answered: 204 }, followUpsAt: [10_200, 12_000] })).toMatchObject({ notLost: 'fail' })
})

test('refused, but a session follows: fails', () => {
  expect(verdicts({ asked: { answered: 503 }, followUpsAt: [10_200] })).toMatchObject({ notLost: 'fail' })
})

describe('nothing is known', () => {
  test.each([{ answered: 500 }, { answered: 401 }, { unanswered: 'timeout' as const }])(
    'when the request got %j',
    asked => {
      expect(verdicts({ asked })).toMatchObject({ notLost: 'inconclusive', notAborted: 'pass' })
    },
  )

  test('when no request arrived', () => {
    expect(verdicts({})).toMatchObject({ notLost: 'inconclusive' })
  })

  test('when the positive control brings no session', () => {
    const more = control(80_000, { silent: true })
    expect(verdicts({ asked: { answered: 503 }, more })).toMatchObject({ notLost: 'inconclusive' })
  })

  test('of a session that was still being established when the run was stopped', () => {
    const cut = [session({ at: 1000, id: 7, ended: false }), mark('connecting', 1004, { session: 7 })]
    expect(verdictsOf(outcomeOf(whileConnecting, playing(whileConnecting, cut, 'interrupted')))).toEqual({
      notAborted: 'inconclusive',
      notLost: 'inconclusive',
    })
  })
})

test.each(['broken-off-by-device', 'superseded', 'timed-out'] as const)('a session that is %s fails', ended => {
  expect(verdicts({ asked: { answered: 503 }, held: { ended } })).toMatchObject({ notAborted: 'fail' })
})
