import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, outcomeOf, playing, session, type WrittenSession } from '../written-timeline.ts'
import { udpControl, udpRequest } from '../written-udp.ts'
import { inSession, inSessionSeveral } from './in-session.ts'

const endsAt = 8000

interface Course {
  requests?: number
  followUpsAt?: number[]
  held?: Partial<WrittenSession>
  more?: Happening[]
}

const course = ({ requests = 3, followUpsAt = [], held = {}, more = udpControl(80_000) }: Course): Happening[] => [
  session({ at: 500, id: 7, tookMs: endsAt - 500, rpcsAt: [900, 7900], ...held }),
  mark('held', 1000, { session: 7 }),
  ...Array.from({ length: requests }, (_, index) => udpRequest('during the session', { at: 1100 + 700 * index })),
  mark('requests-sent', 7800),
  ...followUpsAt.map(at => session({ at, tookMs: 50 })),
  ...more,
]
const verdicts = (of: Course) => judged(inSessionSeveral, ...course(of))

describe('the two alternatives', () => {
  test('silence, and no session', () => {
    expect(judged(inSession, ...course({ requests: 1 }))).toEqual({
      undisturbed: 'pass',
      followUp: 'pass',
      asByHttp: 'pass',
      prompt: 'not-asked',
    })
  })

  test('one session after it', () => {
    expect(judged(inSession, ...course({ requests: 1, followUpsAt: [8200] }))).toEqual({
      undisturbed: 'pass',
      followUp: 'pass',
      asByHttp: 'pass',
      prompt: 'pass',
    })
  })

  test('are the same for several requests; more than one session is too many', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 4 }), (requests, sessions) => {
        const followUpsAt = Array.from({ length: sessions }, (_, index) => 8200 + 1000 * index)
        const verdict = sessions <= 1 ? 'pass' : 'fail'
        expect(verdicts({ requests, followUpsAt })).toMatchObject({ followUp: verdict, asByHttp: verdict })
      }),
    )
  })

  test('prove nothing without a control that brings a session', () => {
    const more = udpControl(80_000, { silent: true })
    for (const followUpsAt of [[], [8200]])
      expect(verdicts({ followUpsAt, more })).toMatchObject({ followUp: 'inconclusive', asByHttp: 'inconclusive' })
  })

  test('cannot be judged where no request was sent', () => {
    expect(verdicts({ requests: 0 })).toMatchObject({ followUp: 'inconclusive' })
  })

  test.each([
    [[], 'refuses with silence'],
    [[8200], 'accepts and calls again after the session'],
  ])('are told: %j is "%s"', (followUpsAt, told) => {
    const { properties } = outcomeOf(inSession, playing(inSession, course({ requests: 1, followUpsAt })))
    expect(properties).toEqual({ 'in a session, by UDP': told })
  })
})

test.each([
  [30_000, 'pass'],
  [30_001, 'warning'],
])('%d ms after the end is %s, because the standard gives no number', (ms, verdict) => {
  expect(verdicts({ followUpsAt: [endsAt + ms] })).toMatchObject({ prompt: verdict })
})

describe('the running session', () => {
  test.each(['broken-off-by-device', 'timed-out'] as const)('that was %s fails', ended => {
    expect(verdicts({ held: { ended }, followUpsAt: [8200, 9200] })).toMatchObject({
      undisturbed: 'fail',
      asByHttp: 'fail',
      followUp: 'inconclusive',
    })
  })

  test('with another Inform inside it fails', () => {
    const inside = session({ at: 3000, opened: { insideSession: 7 } })
    const outcome = verdicts({ held: { ended: 'superseded', tookMs: 2503 }, more: [inside, ...udpControl(80_000)] })
    expect(outcome).toMatchObject({ undisturbed: 'fail' })
  })
})
