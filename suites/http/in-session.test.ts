import fc from 'fast-check'
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
import { inSession, inSessionSeveral } from './in-session.ts'

const heldAt = 1000
const endsAt = 8000

interface Conversation {
  requests: Partial<WrittenRequest>[]
  followUpsAt?: number[]
  held?: Partial<WrittenSession>
  more?: Happening[]
}

function happenings({ requests, followUpsAt = [], held = {}, more = control(80_000) }: Conversation): Happening[] {
  return [
    session({ at: 500, id: 7, tookMs: endsAt - 500, rpcsAt: [900, 7900], ...held }),
    mark('held', heldAt, { session: 7 }),
    ...requests.map((options, index) => request('during the session', { at: 1100 + 100 * index, ...options })),
    mark('requests-sent', 7800),
    ...followUpsAt.map(at => session({ at, tookMs: 50 })),
    ...more,
  ]
}

const verdicts = (conversation: Conversation) => judged(inSessionSeveral, ...happenings(conversation))
const accepted = { answered: 204 }
const refused = { answered: 503 }
const silent = { unanswered: 'timeout' as const, tookMs: 60_000 }

describe('the two alternatives', () => {
  test('one request refused and no session', () => {
    expect(judged(inSession, ...happenings({ requests: [refused] }))).toEqual({
      undisturbed: 'pass',
      followUp: 'pass',
      prompt: 'not-asked',
      refusedStaysRefused: 'pass',
      answer: 'pass',
      noRetryAfter: 'pass',
    })
  })

  test('one request accepted and one session after it', () => {
    expect(judged(inSession, ...happenings({ requests: [accepted], followUpsAt: [8200] }))).toEqual({
      undisturbed: 'pass',
      followUp: 'pass',
      prompt: 'pass',
      refusedStaysRefused: 'not-asked',
      answer: 'pass',
      noRetryAfter: 'not-asked',
    })
  })

  test('a refusal before any challenge counts like one after it', () => {
    expect(verdicts({ requests: [{ ...refused, credentials: 'none' }] })).toMatchObject({
      followUp: 'pass',
      refusedStaysRefused: 'pass',
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
    const more = control(80_000, { silent: true })
    expect(verdicts({ requests: [refused], more })).toMatchObject({
      followUp: 'inconclusive',
      refusedStaysRefused: 'inconclusive',
    })
    expect(verdicts({ requests: [accepted], followUpsAt: [8200], more })).toMatchObject({ followUp: 'inconclusive' })
  })
})

describe('sessions afterwards', () => {
  test('for other reasons do not count', () => {
    const more = [session({ at: 20_000, events: ['2 PERIODIC', '4 VALUE CHANGE'] }), ...control(80_000)]
    expect(verdicts({ requests: [refused], more })).toMatchObject({ followUp: 'pass', refusedStaysRefused: 'pass' })
  })

  test('may list other events besides', () => {
    const more = [session({ at: 8200, events: ['4 VALUE CHANGE', '6 CONNECTION REQUEST'] }), ...control(80_000)]
    expect(verdicts({ requests: [accepted], more })).toMatchObject({ followUp: 'pass', prompt: 'pass' })
  })

  test('are not known when a request got neither an acceptance nor a refusal', () => {
    expect(verdicts({ requests: [silent] })).toMatchObject({ followUp: 'inconclusive', answer: 'fail' })
    expect(verdicts({ requests: [{ answered: 500 }] })).toMatchObject({ followUp: 'inconclusive', answer: 'fail' })
    expect(verdicts({ requests: [] })).toMatchObject({ followUp: 'inconclusive', answer: 'inconclusive' })
  })

  test('may come from a request whose answer was lost: neither a pass nor a failure of the refused one', () => {
    const outcome = verdicts({ requests: [refused, silent], followUpsAt: [8200] })
    expect(outcome).toMatchObject({ followUp: 'inconclusive', refusedStaysRefused: 'inconclusive' })
  })

  test('are too many in any case when a lost answer cannot explain their number', () => {
    expect(verdicts({ requests: [refused, silent], followUpsAt: [8200, 9000, 10_000] })).toMatchObject({
      followUp: 'fail',
    })
  })

  test('are not known to be missing where the run was stopped in the window', () => {
    const cut = happenings({ requests: [accepted], more: [mark('watching', 9000)] })
    const verdict = (how: 'interrupted' | 'cut off') =>
      verdictsOf(outcomeOf(inSessionSeveral, playing(inSessionSeveral, cut, how)))['followUp']
    expect(verdict('interrupted')).toBe('inconclusive')
    expect(verdict('cut off')).toBe('inconclusive')
  })
})

describe('promptness', () => {
  test.each([
    [0, 'pass'],
    [30_000, 'pass'],
    [30_001, 'warning'],
    [60_000, 'warning'],
  ])('%d ms after the end: %s, because the standard gives no number', (ms, verdict) => {
    expect(verdicts({ requests: [accepted], followUpsAt: [endsAt + ms] })).toMatchObject({ prompt: verdict })
  })

  test('cannot be judged without the session', () => {
    expect(verdicts({ requests: [accepted] })).toMatchObject({ prompt: 'inconclusive', followUp: 'fail' })
  })
})

describe('the answer', () => {
  test('that comes only after the end of a session that waited for it fails', () => {
    expect(verdicts({ requests: [{ ...accepted, tookMs: 10_500 }], followUpsAt: [13_000] })).toMatchObject({
      answer: 'fail',
    })
  })

  test('that merely crossed with the end of the session passes', () => {
    expect(verdicts({ requests: [{ ...accepted, at: 7990, tookMs: 20 }], followUpsAt: [8200] })).toMatchObject({
      answer: 'pass',
    })
  })

  test.each([401, 404, 500])('%d fails', answered => {
    expect(verdicts({ requests: [{ answered }] })).toMatchObject({ answer: 'fail' })
  })

  test('with Retry-After is a warning', () => {
    const headers: [string, string][] = [['retry-after', '30']]
    expect(verdicts({ requests: [refused, { ...refused, headers }] })).toMatchObject({
      noRetryAfter: 'warning',
      answer: 'pass',
    })
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
    expect(undisturbed({ ended: 'superseded', tookMs: 2503 }, [inside, ...control(80_000)])).toBe('fail')
  })

  test('that was still going on when the run was stopped says nothing', () => {
    const cut = happenings({ requests: [refused], held: { ended: false }, more: [] })
    expect(verdictsOf(outcomeOf(inSessionSeveral, playing(inSessionSeveral, cut, 'interrupted')))).toMatchObject({
      undisturbed: 'inconclusive',
    })
  })
})
