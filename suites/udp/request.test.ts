import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decoyConnected } from '../../harness/acs/decoy.ts'
import type { NewEntry } from '../../harness/timeline/entry.ts'
import {
  bareConnection,
  type Happening,
  judged,
  mark,
  outcomeOf,
  plain,
  playing,
  session,
} from '../written-timeline.ts'
import { stunServer, udpDevice, udpReply, udpRequest, type WrittenUdpRequest } from '../written-udp.ts'
import { afterResponse, beforeResponse } from './interleaved.ts'
import { request } from './request.ts'

/** The ordinary request at 1 s, with a session so long after its first copy. */
const round = (asked: Partial<WrittenUdpRequest> = {}, afterMs?: number): Happening[] => [
  mark('ordinary-begun', 900),
  udpRequest('ordinary UDP request', { at: 1000, ...asked }),
  ...(afterMs === undefined ? [] : [session({ at: 1000 + afterMs, tookMs: 50 })]),
]
const over = [mark('ordinary-done', 60_000), mark('replies-over', 70_000)]

const bindingRequest: NewEntry = {
  type: 'stun-received',
  ...{ from: udpDevice, to: stunServer, raw: { length: 0 }, problems: [], ofDeviceUnderTest: true },
  message: { code: 1, name: 'Binding Request', transaction: '00', magicCookie: false, attributes: [] },
}
const answerTo = (answers: number): NewEntry => ({
  type: 'stun-sent',
  ...{ to: udpDevice, answers, raw: { length: 0 } },
  message: { code: 0x0101, name: 'Binding Response', transaction: '00', magicCookie: false, attributes: [] },
})

/** One Binding Request, before anything else, in so many copies that were each answered: entries 2, 4, 6 and so on. */
const bindingRequestIn = (copies: number): Happening[] =>
  Array.from({ length: copies }, (_, index) => [
    plain(100 * (index + 1), bindingRequest),
    plain(100 * (index + 1) + 1, answerTo(2 * index + 2)),
  ]).flat()

/** A request beside that Binding Request. */
const beside = (label: string, at: number, called = true): Happening[] => [
  mark(label, at, { beside: 2 }),
  udpRequest(label, { at }),
  ...(called ? [session({ at: at + 300, tookMs: 50 })] : []),
]
const bothBeside = [...beside(afterResponse, 80_000), ...beside(beforeResponse, 90_000)]

const elsewhere = (called: boolean): Happening[] => [
  mark('decoy', 99_000, { authority: '192.0.2.9:7547' }),
  udpRequest('sender at another address', { at: 100_000, from: { address: '192.0.2.9', port: 5000 } }),
  ...(called ? [session({ at: 100_300, tookMs: 50 })] : []),
]

const verdicts = (...happenings: Happening[]) => judged(request, ...happenings)
const roundVerdicts = (...of: Parameters<typeof round>) => verdicts(...round(...of), ...over)

test('a request at rest with all that follows passes everywhere', () => {
  expect(verdicts(...bindingRequestIn(1), ...round({}, 300), ...over, ...bothBeside, ...elsewhere(true))).toEqual({
    inTime: 'pass',
    event: 'pass',
    asByHttp: 'pass',
    toAcs: 'pass',
    noReply: 'pass',
    besideStun: 'pass',
  })
})

describe('the session', () => {
  test('that never came breaks CR-UDP-43, and everything else is open', () => {
    expect(roundVerdicts()).toEqual({
      inTime: 'inconclusive',
      event: 'inconclusive',
      asByHttp: 'fail',
      toAcs: 'inconclusive',
      noReply: 'inconclusive',
      besideStun: 'inconclusive',
    })
  })

  test('of the last of several attempts counts', () => {
    const lost = udpRequest('ordinary UDP request', { at: 950 })
    expect(verdicts(...round({}, 300), lost, ...over)).toMatchObject({ inTime: 'pass', event: 'pass' })
  })

  test('that follows only one of several requests, and without event 6, may have come for another reason', () => {
    const again = udpRequest('ordinary UDP request', { at: 30_000 })
    const other = session({ at: 1300, events: ['2 PERIODIC'] })
    expect(verdicts(...round(), other, again, ...over)).toMatchObject({
      ...{ inTime: 'inconclusive', event: 'inconclusive', asByHttp: 'fail' },
    })
    const each = [other, again, session({ at: 30_300, events: ['2 PERIODIC'] })]
    expect(verdicts(...round(), ...each, ...over)).toMatchObject({ event: 'fail', asByHttp: 'fail' })
  })

  test('may come without event 6, in time, or be a bare attempt', () => {
    const other = session({ at: 1300, events: ['2 PERIODIC'] })
    expect(verdicts(...round(), other, ...over)).toMatchObject({ inTime: 'pass', event: 'fail', asByHttp: 'fail' })
    expect(verdicts(...round(), bareConnection(5000), ...over)).toMatchObject({ inTime: 'pass', event: 'inconclusive' })
  })

  test('has event 6 with an empty CommandKey', () => {
    const keyed = session({ at: 1300, events: [{ eventCode: '6 CONNECTION REQUEST', commandKey: 'x' }] })
    expect(verdicts(...round(), keyed, ...over)).toMatchObject({ event: 'fail', asByHttp: 'fail' })
  })

  test('up to 30 s after the first copy passes, past it fails; between the copies nobody knows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 45_000 }), fc.integer({ min: 0, max: 900 }), (after, spread) => {
        const asked = { copiesAfterMs: spread === 0 ? [0] : [0, spread] }
        const unsure = Math.abs(after - 30_000) < spread
        const verdict = after <= 30_000 ? 'pass' : 'fail'
        expect(roundVerdicts(asked, after)['inTime']).toBe(unsure ? 'inconclusive' : verdict)
      }),
    )
  })

  test('is not judged where our own loop stalled for longer than the margin', () => {
    const stalled = plain(2000, { type: 'loop-delay', maxMs: 800, p99Ms: 1 })
    expect(verdicts(...round({}, 29_500), stalled, ...over)).toMatchObject({ inTime: 'error', asByHttp: 'error' })
  })

  test('cannot follow a request that could not be sent', () => {
    expect(new Set(Object.values(roundVerdicts({ failed: 'EHOSTUNREACH' })))).toEqual(new Set(['inconclusive']))
  })
})

describe('a datagram that comes back', () => {
  const noReply = (...more: Happening[]) => verdicts(...round({}, 300), ...more, ...over)['noReply']

  test('is a failure when it is HTTP, else a warning', () => {
    expect(noReply(udpReply(1100))).toBe('fail')
    expect(noReply(udpReply(1100, 'OK'))).toBe('warning')
  })

  test('is none of the device’s, or nothing but an empty one', () => {
    expect(noReply(udpReply(1100, undefined, { ofDeviceUnderTest: false }))).toBe('pass')
    expect(noReply(udpReply(1100, ''))).toBe('pass')
  })
})

describe('where the session goes', () => {
  test('a connection to the place of the sender fails', () => {
    const strayed = mark(decoyConnected, 101_000)
    expect(verdicts(...round({}, 300), ...over, ...elsewhere(false), strayed)).toMatchObject({ toAcs: 'fail' })
  })

  test('is seen at the ordinary request, where no other sender is heard', () => {
    expect(verdicts(...round({}, 300), ...over, ...elsewhere(false))).toMatchObject({ toAcs: 'pass' })
    expect(verdicts(...round({}, 300), ...over, mark('no-other-place', 90_000))).toMatchObject({ toAcs: 'pass' })
  })
})

describe('beside STUN messages', () => {
  const besideStun = (copies: number, ...more: Happening[]) =>
    verdicts(...bindingRequestIn(copies), ...round({}, 300), ...over, ...more)['besideStun']

  test('a request that brings no session was lost', () => {
    expect(besideStun(1, ...beside(afterResponse, 80_000), ...beside(beforeResponse, 90_000, false))).toBe('fail')
    expect(besideStun(1, ...beside(afterResponse, 80_000, false))).toBe('fail')
  })

  test('is not seen in the session that a later one brings', () => {
    const lost = beside(beforeResponse, 90_000, false)
    expect(besideStun(1, ...beside(afterResponse, 80_000), ...lost, ...elsewhere(true))).toBe('fail')
    expect(besideStun(1, ...beside(afterResponse, 80_000, false), ...beside(beforeResponse, 90_000))).toBe('fail')
  })

  test('is not to blame where the ordinary request brought none', () => {
    const silent = [...beside(afterResponse, 80_000, false), ...beside(beforeResponse, 90_000, false)]
    expect(verdicts(...bindingRequestIn(1), ...round(), ...over, ...silent)['besideStun']).toBe('inconclusive')
  })

  test.each([
    [3, 'pass'],
    [4, 'fail'],
  ])('%d copies of a Binding Request that were each answered: %s', (copies, verdict) => {
    expect(besideStun(copies, ...bothBeside)).toBe(verdict)
  })

  test('cannot be judged where no Binding Request came', () => {
    expect(besideStun(1, ...beside(afterResponse, 80_000))).toBe('inconclusive')
  })
})

test('how fast the device was is told', () => {
  const { properties } = outcomeOf(request, playing(request, [...round({}, 300), ...over]))
  expect(properties).toEqual({ 'time from UDP request to session': '300 ms' })
})
