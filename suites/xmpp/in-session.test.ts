import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Happening,
  judged,
  mark,
  outcomeOf,
  playing,
  session,
  verdictsOf,
  type WrittenSession,
} from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppControl, xmppRequest } from '../written-xmpp.ts'
import { inSession, inSessionSeveral } from './in-session.ts'

const endsAt = 8000

interface Conversation {
  requests: Partial<WrittenXmppRequest>[]
  followUpsAt?: number[]
  held?: Partial<WrittenSession>
  more?: Happening[]
}

function happenings({ requests, followUpsAt = [], held = {}, more = xmppControl(80_000) }: Conversation): Happening[] {
  return [
    session({ at: 500, id: 7, tookMs: endsAt - 500, rpcsAt: [900, 7900], ...held }),
    mark('held', 1000, { session: 7 }),
    ...requests.map((options, index) => xmppRequest('during the session', { at: 1100 + 100 * index, ...options })),
    mark('requests-sent', 7800),
    ...followUpsAt.map(at => session({ at, tookMs: 50 })),
    ...more,
  ]
}

const verdicts = (conversation: Conversation) => judged(inSessionSeveral, ...happenings(conversation))
const accepted = { answered: 'result' }
const refused = { answered: 'service-unavailable' }
const silent = { unanswered: true as const, tookMs: 60_000 }

describe('the two alternatives', () => {
  test('one request refused and no session', () => {
    expect(judged(inSession, ...happenings({ requests: [refused] }))).toEqual({
      undisturbed: 'pass',
      followUp: 'pass',
      prompt: 'not-asked',
      refusedStaysRefused: 'pass',
      answer: 'pass',
    })
  })

  test('one request accepted and one session after it', () => {
    expect(judged(inSession, ...happenings({ requests: [accepted], followUpsAt: [8200] }))).toEqual({
      undisturbed: 'pass',
      followUp: 'pass',
      prompt: 'pass',
      refusedStaysRefused: 'not-asked',
      answer: 'pass',
    })
  })

  const mix = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 })
  const asRequests = (outcomes: boolean[]) => outcomes.map(ok => (ok ? accepted : refused))

  test('in any mixture pass, with one session exactly when one was accepted', () => {
    fc.assert(
      fc.property(mix, outcomes => {
        const outcome = verdicts({ requests: asRequests(outcomes), followUpsAt: outcomes.includes(true) ? [8200] : [] })
        expect(outcome).toMatchObject({ undisturbed: 'pass', followUp: 'pass', answer: 'pass' })
        expect(Object.values(outcome)).not.toContain('fail')
      }),
    )
  })

  test('in any mixture fail with any other number of sessions', () => {
    fc.assert(
      fc.property(mix, fc.integer({ min: 0, max: 3 }), (outcomes, sessions) => {
        const due = outcomes.includes(true) ? 1 : 0
        fc.pre(sessions !== due)
        const followUpsAt = Array.from({ length: sessions }, (_, index) => 8200 + 1000 * index)
        const outcome = verdicts({ requests: asRequests(outcomes), followUpsAt })
        expect(outcome['followUp']).toBe('fail')
        expect(outcome['refusedStaysRefused']).toBe(due === 1 ? 'not-asked' : 'fail')
      }),
    )
  })

  test('prove nothing without a positive control that brings a session', () => {
    const more = xmppControl(80_000, { silent: true })
    expect(verdicts({ requests: [refused], more })).toMatchObject({
      followUp: 'inconclusive',
      refusedStaysRefused: 'inconclusive',
    })
  })
})

describe('the answer', () => {
  test.each([
    [accepted, 'pass'],
    [refused, 'pass'],
    [{ ...refused, answeredBy: 'unknown' as const }, 'pass'],
    [{ answered: 'resource-constraint' }, 'warning'],
    [{ answered: 'not-allowed' }, 'warning'],
    [silent, 'warning'],
    [{ ...refused, tookMs: 10_500 }, 'warning'],
    [{ ...refused, answeredBy: 'server' as const }, 'inconclusive'],
  ])('%j: %s', (request, verdict) => {
    expect(verdicts({ requests: [request] })['answer']).toBe(verdict)
  })

  test('neither accepted nor refused leaves open what should follow', () => {
    for (const request of [silent, { answered: 'not-allowed' }])
      expect(verdicts({ requests: [request] })).toMatchObject({
        followUp: 'inconclusive',
        prompt: 'not-asked',
        refusedStaysRefused: 'not-asked',
      })
  })

  test('of the server, for a device whose stream is gone, tells nothing of the device', () => {
    const outcome = verdicts({ requests: [{ ...refused, answeredBy: 'server' }] })
    expect(outcome).toMatchObject({ undisturbed: 'inconclusive', followUp: 'inconclusive', answer: 'inconclusive' })
  })
})

describe('promptness', () => {
  test.each([
    [30_000, 'pass'],
    [30_001, 'warning'],
  ])('%d ms after the end: %s, because the standard gives no number', (ms, verdict) => {
    expect(verdicts({ requests: [accepted], followUpsAt: [endsAt + ms] })).toMatchObject({ prompt: verdict })
  })

  test('cannot be judged without the session', () => {
    expect(verdicts({ requests: [accepted] })).toMatchObject({ prompt: 'inconclusive', followUp: 'fail' })
  })
})

describe('the running session', () => {
  const undisturbed = (held: Partial<WrittenSession>, more?: Happening[]) =>
    verdicts({ requests: [refused], held, ...(more ? { more } : {}) })['undisturbed']

  test.each(['broken-off-by-device', 'timed-out'] as const)('that was %s fails', ended => {
    expect(undisturbed({ ended })).toBe('fail')
  })

  test('with an RPC that was never answered fails', () => {
    expect(undisturbed({ rpcsAt: [900] })).toBe('fail')
  })

  test('with another Inform inside it fails', () => {
    const inside = session({ at: 3000, opened: { insideSession: 7 } })
    expect(undisturbed({ ended: 'superseded', tookMs: 2503 }, [inside, ...xmppControl(80_000)])).toBe('fail')
  })

  test('that was still going on when the run was stopped says nothing', () => {
    const cut = happenings({ requests: [refused], held: { ended: false }, more: [] })
    expect(verdictsOf(outcomeOf(inSession, playing(inSession, cut, 'interrupted')))['undisturbed']).toBe('inconclusive')
  })
})
