import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bareConnection,
  type Happening,
  judged,
  mark,
  outcomeOf,
  plain,
  playing,
  request as ask,
  session,
  verdictsOf,
  type WrittenRequest,
  type WrittenSession,
} from '../written-timeline.ts'
import { request } from './request.ts'

const reachable = mark('reachability', 10, { state: 'reachable', detail: 'It answers.' })

/** One round: the request is written at 1 s and its answer complete 10 ms later. */
const round = (
  { at = 1000, ...asked }: Partial<WrittenRequest> = {},
  called?: Partial<WrittenSession> & { afterReplyMs: number },
): Happening[] => [
  mark('ordinary-begun', at - 100),
  ask('ordinary request', { at, answered: 204, ...asked }),
  ...(called ? [session({ ...called, at: at + 10 + called.afterReplyMs })] : []),
]

/** The window is over: nothing was awaited any more. */
const over = mark('ordinary-done', 60_000)
const elsewhere = [
  ask('Host header naming another place', { at: 70_000, answered: 204 }),
  session({ at: 70_300, tookMs: 50 }),
]

const verdicts = (...happenings: Happening[]) => judged(request, reachable, ...happenings)
const roundVerdicts = (...of: Parameters<typeof round>) => verdicts(...round(...of), over)

test('a request at rest with all that follows passes everywhere', () => {
  expect(verdicts(...round({}, { afterReplyMs: 300 }), over, ...elsewhere)).toEqual({
    listens: 'pass',
    status: 'pass',
    digest: 'pass',
    empty: 'pass',
    replyFirst: 'pass',
    inTime: 'pass',
    event: 'pass',
    toAcs: 'pass',
  })
})

describe('the listener', () => {
  const judgedAs = (state: string) => judged(request, mark('reachability', 10, { state, detail: 'So it is.' }))

  test('that refuses connections fails', () => {
    expect(judgedAs('refused')).toMatchObject({ listens: 'fail', status: 'inconclusive', inTime: 'inconclusive' })
  })

  test.each(['unreachable', 'no-url', 'unusable-url'])(
    'that cannot be reached (%s) says nothing: NAT, or switched off',
    state => {
      expect([...new Set(Object.values(judgedAs(state)))]).toEqual(['inconclusive'])
    },
  )
})

describe('the reply', () => {
  const called = { afterReplyMs: 300 }

  test.each([200, 204])('%d passes', answered => {
    expect(roundVerdicts({ answered }, called)).toMatchObject({ status: 'pass' })
  })

  test.each([201, 202, 302])('%d fails', answered => {
    expect(roundVerdicts({ answered }, called)).toMatchObject({ status: 'fail' })
  })

  test.each([401, 403, 404, 500, 503])('%d is judged elsewhere', answered => {
    expect(roundVerdicts({ answered })).toMatchObject({
      status: 'inconclusive',
      empty: 'inconclusive',
      replyFirst: 'inconclusive',
      inTime: 'inconclusive',
      event: 'inconclusive',
    })
  })

  test('with a body fails', () => {
    expect(roundVerdicts({ answered: 200, bodyLength: 2 }, called)).toMatchObject({ status: 'pass', empty: 'fail' })
  })

  test('after more than 5 s is a warning, because "at once" has no number', () => {
    const late = round({ tookMs: 5001 }).concat(session({ at: 7000 }))
    expect(verdicts(...late, over)).toMatchObject({ replyFirst: 'warning', inTime: 'pass' })
    expect(verdicts(...round({ tookMs: 5000 }), session({ at: 7000 }), over)).toMatchObject({ replyFirst: 'pass' })
  })

  test('that never came says nothing about session and order', () => {
    expect(verdicts(...round({ answered: undefined, unanswered: 'timeout' } as never), over)).toMatchObject({
      status: 'inconclusive',
      inTime: 'inconclusive',
    })
  })
})

describe('the qop that was offered', () => {
  test('and not taken, but the same without it, fails', () => {
    const happenings = [mark('digest-without-qop', 20), ...round({}, { afterReplyMs: 300 })]
    expect(verdicts(...happenings, over)).toMatchObject({ digest: 'fail', status: 'pass' })
  })

  test('cannot be judged where the credentials are refused altogether', () => {
    expect(roundVerdicts({ answered: 401 })).toMatchObject({ digest: 'inconclusive' })
  })
})

describe('the delay of the session', () => {
  const inTime = (afterReplyMs: number, uncertaintyMs = 0) =>
    verdicts(
      ...round({ connectMs: 0 }, { afterReplyMs }),
      plain(50_000, { type: 'loop-delay', maxMs: uncertaintyMs, p99Ms: 0 }),
      over,
    )['inTime']
  const uncertainty = fc.integer({ min: 0, max: 500 })

  test('passes well within the limit, whatever the uncertainty', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 29_000 }), uncertainty, (ms, unsure) => {
        expect(inTime(ms, unsure)).toBe('pass')
      }),
    )
  })

  test('is our error where our own event loop stalled for longer than the margin to the limit', () => {
    fc.assert(
      fc.property(uncertainty, fc.double({ min: 0, max: 1, noNaN: true }), (stall, part) => {
        const margin = Math.floor(part * stall)
        const expected = margin < stall ? ['error', 'error'] : ['pass', margin === 0 ? 'pass' : 'fail']
        expect([inTime(30_000 - margin, stall), inTime(30_000 + margin, stall)]).toEqual(expected)
      }),
    )
  })

  test('is undecided where the way to the device takes longer than the margin to the limit', () => {
    const far = (afterReplyMs: number) => verdicts(...round({ connectMs: 80 }, { afterReplyMs }), over)['inTime']
    expect([29_919, 29_950, 30_050, 30_081].map(far)).toEqual(['pass', 'inconclusive', 'inconclusive', 'fail'])
  })

  test('fails when it is past the limit by more than the uncertainty', () => {
    fc.assert(
      fc.property(uncertainty, fc.integer({ min: 1, max: 19_000 }), (unsure, late) => {
        expect(inTime(30_000 + unsure + late, unsure)).toBe('fail')
      }),
    )
  })

  test('without any session fails, however long was waited', () => {
    expect(roundVerdicts()).toMatchObject({ inTime: 'fail', event: 'inconclusive', replyFirst: 'inconclusive' })
  })

  test('is kept by a connection on which no Inform came: the duty is to attempt', () => {
    expect(verdicts(...round(), bareConnection(20_000), over)).toMatchObject({ inTime: 'pass', event: 'inconclusive' })
    expect(verdicts(...round(), bareConnection(40_000), over)).toMatchObject({ inTime: 'fail' })
  })

  test('is kept by an Inform on a connection that was there before, though it lacks the event', () => {
    const called = { afterReplyMs: 3000, reused: true as const, events: ['2 PERIODIC'] }
    expect(roundVerdicts({}, called)).toMatchObject({ inTime: 'pass', event: 'fail' })
  })

  test('is not known where the run was stopped before the 30 s were over', () => {
    const entries = playing(request, [reachable, ...round(), mark('later', 5000)], 'interrupted')
    expect(verdictsOf(outcomeOf(request, entries))['inTime']).toBe('inconclusive')
  })
})

describe('the events of the session', () => {
  const event = (events: WrittenSession['events']) =>
    roundVerdicts({}, { afterReplyMs: 300, ...(events ? { events } : {}) })['event']

  test.each([
    [['6 CONNECTION REQUEST']],
    [['6 CONNECTION REQUEST', '4 VALUE CHANGE']],
    [['2 PERIODIC', '1 BOOT', '6 CONNECTION REQUEST']],
  ])('%j pass in any order, beside any others', events => {
    expect(event(events)).toBe('pass')
  })

  test.each([[['2 PERIODIC']], [['6 connection request']], [['6  CONNECTION REQUEST']], [[]]])('%j fail', events => {
    expect(event(events)).toBe('fail')
  })

  test('with a CommandKey fail', () => {
    expect(event([{ eventCode: '6 CONNECTION REQUEST', commandKey: 'x' }])).toBe('fail')
  })

  test('may come in the session after one that had begun for another reason', () => {
    const periodic = session({ at: 1100, events: ['2 PERIODIC'] })
    expect(verdicts(...round({}, { afterReplyMs: 2000 }), periodic, over)).toMatchObject({
      event: 'pass',
      inTime: 'pass',
    })
  })
})

describe('the order of reply and session', () => {
  const order = (...delays: number[]) =>
    verdicts(...delays.flatMap((afterReplyMs, index) => round({ at: 1000 + 10_000 * index }, { afterReplyMs })), over)[
      'replyFirst'
    ]

  test('passes when the reply comes first, and fails when the session does', () => {
    expect(order(5)).toBe('pass')
    expect(order(-5)).toBe('fail')
    expect(order(-9)).toBe('fail')
  })

  test('within the same 5 ms is never a failure', () => {
    const close = fc.integer({ min: -4, max: 4 })
    fc.assert(
      fc.property(fc.array(close, { minLength: 1, maxLength: 3 }), delays => {
        expect(['pass', 'inconclusive']).toContain(order(...delays))
      }),
    )
  })

  test('is inconclusive where the device was already connecting for another reason', () => {
    // The connection came before the request was even written; what was accepted is merged in its Inform.
    const events = ['2 PERIODIC', '6 CONNECTION REQUEST']
    const merged: Happening[] = [
      mark('ordinary-begun', 900),
      ask('ordinary request', { at: 1000, answered: 204 }),
      next =>
        session({ at: 990, events })(next).map(moment =>
          moment.at > 990 ? { ...moment, at: moment.at + 100 } : moment,
        ),
    ]
    expect(verdicts(...merged, over)).toMatchObject({ inTime: 'pass', event: 'pass', replyFirst: 'inconclusive' })
  })
})

describe('the destination', () => {
  test('fails when the device connects where the Host header says', () => {
    const strayed = mark('decoy-connected', 70_200)
    expect(verdicts(...round({}, { afterReplyMs: 300 }), over, ...elsewhere, strayed)).toMatchObject({ toAcs: 'fail' })
  })

  test('is not known without a session', () => {
    const [asked] = elsewhere
    expect(verdicts(...round({}, { afterReplyMs: 300 }), over, asked!)).toMatchObject({ toAcs: 'inconclusive' })
  })
})
