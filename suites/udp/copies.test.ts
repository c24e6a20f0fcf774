import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, session } from '../written-timeline.ts'
import { udpControl, udpCopies, udpRequest } from '../written-udp.ts'
import { copies } from './copies.ts'

interface Course {
  /** Sessions after the five copies, after the late one and after the volley. */
  sessionsAt?: number[]
  lateAt?: number[]
  volleySessionsAt?: number[]
  /** When the three requests went out. */
  volleyAt?: number[]
  more?: Happening[]
}

const copied = 'five copies of one request'

/** The copies at 1 s, one more at 40 s, three requests from 120 s on, and the control at 200 s. */
const course = ({
  sessionsAt = [1300],
  lateAt = [],
  volleySessionsAt = [120_500],
  volleyAt = [120_000, 120_001, 120_002],
  more = udpControl(200_000),
}: Course = {}): Happening[] => [
  udpRequest(copied, { at: 1000, copiesAfterMs: [0, 200, 400, 600, 800] }),
  mark('copied-again', 40_000),
  udpCopies(1, copied, [40_000, 40_200, 40_600]),
  mark('copies-over', 110_000),
  mark('volley', 119_000),
  ...volleyAt.map(at => udpRequest('three requests in one turn', { at, copiesAfterMs: [0] })),
  mark('volley-over', 190_000),
  ...[...sessionsAt, ...lateAt, ...volleySessionsAt].map(at => session({ at, tookMs: 50 })),
  ...more,
]
const verdicts = (of?: Course) => judged(copies, ...course(of))

test('one session for the copies and one for the requests passes', () => {
  expect(verdicts()).toEqual({ copies: 'pass', asByHttp: 'pass', onlyOne: 'pass' })
})

test('nothing is proven without a control that brings a session', () => {
  for (const more of [udpControl(200_000, { silent: true }), []])
    expect(verdicts({ more })).toEqual({ copies: 'inconclusive', asByHttp: 'inconclusive', onlyOne: 'inconclusive' })
})

describe('copies of one request', () => {
  test.each([
    ['a second session at once', { sessionsAt: [1300, 2000] }, 'fail'],
    ['a session from the late copy', { lateAt: [40_500] }, 'fail'],
    ['none at all', { sessionsAt: [] }, 'inconclusive'],
    ['none but from the late copy, the first ones being lost', { sessionsAt: [], lateAt: [40_500] }, 'pass'],
  ])('bring %s: %j %s', (_, of, verdict) => {
    expect(verdicts(of)).toMatchObject({ copies: verdict, onlyOne: 'pass' })
  })

  test('of an earlier attempt that was lost do not count', () => {
    const lost = udpRequest(copied, { at: 500 })
    expect(judged(copies, lost, ...course())).toMatchObject({ copies: 'pass' })
  })
})

describe('several requests', () => {
  test('bring further sessions: each is one too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), further => {
        const volleySessionsAt = Array.from({ length: further + 1 }, (_, index) => 120_500 + 2000 * index)
        const verdict = further === 0 ? 'pass' : 'fail'
        expect(verdicts({ volleySessionsAt })).toEqual({ copies: 'pass', asByHttp: verdict, onlyOne: verdict })
      }),
    )
  })

  test('bring none: all may be lost', () => {
    expect(verdicts({ volleySessionsAt: [] })).toMatchObject({ onlyOne: 'inconclusive', copies: 'pass' })
  })

  test('of which one arrives while the device is connecting may bring one more, not two', () => {
    const volleyAt = [120_000, 120_001, 120_600]
    expect(verdicts({ volleyAt })).toMatchObject({ onlyOne: 'pass' })
    expect(verdicts({ volleyAt, volleySessionsAt: [120_500, 122_000] })).toMatchObject({ onlyOne: 'inconclusive' })
    expect(verdicts({ volleyAt, volleySessionsAt: [120_500, 122_000, 124_000] })).toMatchObject({ onlyOne: 'fail' })
  })

  test('that all arrive in the session say nothing', () => {
    expect(verdicts({ volleySessionsAt: [119_900] })).toMatchObject({ onlyOne: 'inconclusive' })
  })

  test('of an earlier volley that was lost do not count', () => {
    const lost = [mark('volley', 111_000), udpRequest('three requests in one turn', { at: 112_000 })]
    expect(judged(copies, ...course({ more: [...lost, ...udpControl(200_000)] }))).toMatchObject({ onlyOne: 'pass' })
  })
})
