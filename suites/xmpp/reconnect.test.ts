import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { type Happening, judged, mark, outcomeOf, plain, playing } from '../written-timeline.ts'
import { xmppBound } from '../written-xmpp.ts'
import { setMark } from './connection-settings.ts'
import { setWaits, waitBounds } from './reconnect-gaps.ts'
import { reconnect } from './reconnect.ts'

const goneAt = 10_000
const windowMs = 150_000
const place = { address: '192.0.2.7', port: 40_000 }
let connections = 0

const attempt = (
  at: number,
  {
    port = 5222,
    handling = 'reset',
    connection = ++connections,
    from = place,
  }: Partial<EntryOf<'xmpp-connection-accepted'>> & { port?: number } = {},
): Happening =>
  plain(at, {
    type: 'xmpp-connection-accepted',
    ...{ connection, for: 'clients', from, to: { address: '192.0.2.1', port }, handling },
  })

/** The server is gone and sees these gaps (in ms), until five attempts were seen or the window is over. */
function refusedFor(gaps: readonly number[], more: Happening[] = []): Happening[] {
  let at = goneAt
  const attempts = gaps.map(gap => (at += gap))
  const backAt = gaps.length >= 5 ? at : goneAt + windowMs
  return [
    mark('server-gone', goneAt, { port: 5222 }),
    ...attempts.map(each => attempt(each)),
    ...more,
    mark('server-back', Math.max(backAt, at)),
    mark('return-awaited', Math.max(backAt, at) + 20_000),
  ]
}

const noTable = mark('no-server-table', 400_000)
const gapsVerdict = (gaps: readonly number[], more: Happening[] = []) =>
  judged(reconnect, ...refusedFor(gaps, more), noTable)['gaps']

describe('the waits between attempts', () => {
  test('have bounds that double up to the cap', () => {
    expect(waitBounds(6)).toEqual([4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect(waitBounds(0)).toEqual([])
  })

  test('at their bounds pass, at the cap always the maximum or less', () => {
    expect(gapsVerdict([4000, 8000, 16_000, 30_000, 30_000])).toBe('pass')
    expect(gapsVerdict([4000, 8000, 16_000, 3000, 12_000])).toBe('pass')
  })

  test('may be over at once, but not every time', () => {
    expect(gapsVerdict([0, 5, 16_000, 0, 5])).toBe('pass')
    expect(gapsVerdict([1000, 50, 20, 99, 1000])).toBe('fail')
  })

  const within = fc.tuple(...waitBounds(5).map(bound => fc.integer({ min: 100, max: bound })))

  test('pass wherever they lie within their bounds', () => {
    fc.assert(
      fc.property(within, gaps => {
        expect(gapsVerdict(gaps)).toBe('pass')
      }),
    )
  })

  test('fail where any one is more than 2 s above its bound', () => {
    const one = fc.record({ gaps: within, which: fc.nat(4), by: fc.integer({ min: 2001, max: 20_000 }) })
    fc.assert(
      fc.property(one, ({ gaps, which, by }) => {
        const late = gaps.map((gap, index) => (index === which ? (waitBounds(5)[index] ?? 0) + by : gap))
        expect(gapsVerdict(late)).toBe('fail')
      }),
    )
  })

  test('up to 2 s above their bound are the time that connecting takes', () => {
    expect(gapsVerdict([6000, 8000, 16_000, 32_000, 30_000])).toBe('pass')
    expect(gapsVerdict([6001, 8000, 16_000, 30_000, 30_000])).toBe('fail')
  })

  test('closer to their bound than our own loop was late are not judged', () => {
    const stalled = plain(goneAt + 1, { type: 'loop-delay', maxMs: 100, p99Ms: 1 })
    expect(gapsVerdict([6050, 8000, 16_000, 30_000, 30_000], [stalled])).toBe('inconclusive')
    expect(gapsVerdict([6200, 8000, 16_000, 30_000, 30_000], [stalled])).toBe('fail')
  })

  test('that never end fail: none, or after one or some attempts no more', () => {
    expect(gapsVerdict([])).toBe('fail')
    expect(gapsVerdict([2000])).toBe('fail')
    expect(gapsVerdict([2000, 3000, 5000])).toBe('fail')
  })

  test('never make the judge throw, whatever they are', () => {
    const any = fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 8 })
    fc.assert(
      fc.property(any, gaps => {
        expect(['pass', 'fail', 'inconclusive']).toContain(gapsVerdict(gaps))
      }),
    )
  })

  describe('where other accounts connect too', () => {
    const own = mark('xmpp-account', 1000, { username: 'cpe' })
    const authenticated = (at: number, connection: number, username: string): Happening =>
      plain(at, {
        type: 'xmpp-authenticated',
        ...{ connection, mechanism: 'SCRAM-SHA-1', username, ok: true, tls: true },
      })
    const slow = [4000, 8000, 16_000, 30_000, 30_000]
    const elsewhere = { address: '192.0.2.9', port: 40_000 }
    const strangers = [1, 2, 3, 4].map(n => attempt(goneAt + n, { from: elsewhere }))
    const known = [attempt(2000, { from: elsewhere, connection: 801 }), authenticated(2001, 801, 'other')]
    const verdict = (...happenings: Happening[]) => judged(reconnect, own, ...happenings, noTable)['gaps']

    test('are those of the device alone', () => {
      expect(verdict(...refusedFor(slow, strangers))).toBe('fail')
      expect(verdict(...known, ...refusedFor(slow, strangers))).toBe('pass')
    })

    test('are not judged where both come from one address', () => {
      const both = [
        ...[attempt(2000, { connection: 801 }), authenticated(2001, 801, 'other')],
        ...[attempt(3000, { connection: 802 }), authenticated(3001, 802, 'cpe')],
      ]
      expect(
        verdict(
          ...both,
          ...refusedFor(
            slow,
            [1, 2, 3, 4].map(n => attempt(goneAt + n)),
          ),
        ),
      ).toBe('inconclusive')
    })
  })

  test('of settings that are applied later are not held against the device', () => {
    const later = mark(setMark, 5000, { what: setWaits, status: 1 })
    const slow = [50_000, 60_000]
    expect(judged(reconnect, later, ...refusedFor(slow), noTable)['gaps']).toBe('inconclusive')
    expect(judged(reconnect, later, ...refusedFor([4000, 8000, 16_000, 30_000, 30_000]), noTable)['gaps']).toBe('pass')
  })

  test('count refused attempts only, and those before the server came back', () => {
    const others = [
      attempt(goneAt + 500, { for: 'components', handling: 'served' }),
      attempt(200_000, { handling: 'served' }),
    ]
    expect(gapsVerdict([4000, 8000, 16_000, 30_000, 30_000], others)).toBe('pass')
  })

  test('do not apply to a device without XMPPReconnect:1', () => {
    expect(
      judged(reconnect, mark('server-back', 1000), xmppBound(2000), mark('return-awaited', 2000), noTable),
    ).toEqual({
      comesBack: 'pass',
      gaps: 'not-applicable',
      lowestPriority: 'not-applicable',
      nextServer: 'not-applicable',
    })
  })

  test('are told', () => {
    const happenings = [...refusedFor([4000, 8000, 500, 30_000, 1000]), noTable]
    expect(outcomeOf(reconnect, playing(reconnect, happenings)).properties).toEqual({
      'waits before reconnecting': '4 s, 8 s, 500 ms, 30 s, 1 s',
    })
  })
})

describe('a stream that was lost', () => {
  const back = (...more: Happening[]) =>
    judged(reconnect, mark('server-back', 1000), ...more, mark('return-awaited', 301_000), noTable)['comesBack']

  test('comes back at any time that is waited for', () => {
    expect(back(xmppBound(1001))).toBe('pass')
    expect(back(xmppBound(300_000))).toBe('pass')
  })

  test('and never comes back fails, also where connections come that bind nothing', () => {
    expect(back()).toBe('fail')
    expect(back(attempt(2000, { handling: 'served' }))).toBe('fail')
  })

  test('of another account is not the one that was lost', () => {
    const own = mark('xmpp-account', 500, { username: 'cpe' })
    expect(
      judged(
        reconnect,
        own,
        mark('server-back', 1000),
        xmppBound(2000, 'other@xmpp.example/x'),
        mark('return-awaited', 301_000),
        noTable,
      )['comesBack'],
    ).toBe('fail')
  })

  test('is not judged where the waits are applied later', () => {
    const later = mark(setMark, 500, { what: setWaits, status: 1 })
    expect(judged(reconnect, later, mark('server-back', 1000), mark('return-awaited', 301_000), noTable)).toMatchObject(
      {
        comesBack: 'inconclusive',
      },
    )
  })

  test('tells its limit and who chose it', () => {
    const limit = { ms: 300_000, source: 'ours', why: 'timing.xmppConnect' }
    const entries = playing(reconnect, [mark('server-back', 1000), mark('return-awaited', 301_000, { limit }), noTable])
    expect(outcomeOf(reconnect, entries).metrics.find(({ name }) => name === 'comesBack')).toMatchObject({
      verdict: 'fail',
      limit,
    })
  })

  test('that was not there cannot be lost', () => {
    expect(judged(reconnect, noTable)).toMatchObject({ comesBack: 'inconclusive', gaps: 'not-applicable' })
  })
})

describe('a table of servers', () => {
  const ports = { first: 6001, second: 6002, own: 5222 }
  const served = (at: number, port: number, connection: number): Happening =>
    attempt(at, { port, connection, handling: 'served' })

  const both = (verdict: string) => ({ lowestPriority: verdict, nextServer: verdict })

  interface Tried {
    opening?: number | undefined
    later?: number[]
    /** The port of the stream that was bound at last. */
    bound?: number | undefined
    /** Whether the number of attempts at one server could be made small. */
    isQuick?: boolean
    /** The device came back to its own server in the end. */
    settles?: boolean
    /** What the device answered to the table. */
    status?: number
    before?: Happening[]
  }

  function table({
    opening,
    later = [],
    bound,
    isQuick = true,
    settles = true,
    status = 0,
    before = [],
  }: Tried): Record<string, string> {
    const carrier = bound === undefined ? [] : [served(3500, bound, 77), xmppBound(3600, undefined, 77)]
    return judged(
      reconnect,
      mark('servers-offered', 1000, { ...ports, isQuick, status }),
      ...before,
      mark('first-awaited', 1100),
      ...(opening === undefined ? [] : [served(1500, opening, 50), xmppBound(1600, undefined, 50)]),
      mark('first-gone', 2000),
      ...later.map((port, index) => attempt(2500 + index, { port })),
      ...carrier,
      mark('second-awaited', 4000),
      mark('settled', 5000),
      ...(settles ? [xmppBound(6000, undefined, 90)] : []),
    )
  }

  test('is used by Priority, and then on', () => {
    expect(table({ opening: ports.first, later: [ports.first, ports.first], bound: ports.second })).toMatchObject({
      lowestPriority: 'pass',
      nextServer: 'pass',
    })
  })

  test.each([ports.second, ports.own, 9999])('that is not opened at the first server but at port %d fails', opening => {
    expect(table({ opening, bound: ports.second })).toMatchObject({ lowestPriority: 'fail', nextServer: 'pass' })
  })

  test('of whose servers none is seen to be called is not judged: the way to their ports may be closed', () => {
    expect(table({})).toMatchObject({ lowestPriority: 'inconclusive', nextServer: 'inconclusive' })
  })

  test('that is applied later is not held against the device', () => {
    expect(table({ opening: ports.own, bound: ports.own, status: 1 })).toMatchObject(both('inconclusive'))
    expect(table({ opening: ports.first, bound: ports.second, status: 1 })).toMatchObject(both('pass'))
  })

  test('is judged by the connections of the device alone', () => {
    const before = [
      mark('xmpp-account', 1050, { username: 'cpe' }),
      ...[served(1200, ports.own, 40), xmppBound(1201, 'other@xmpp.example/x', 40)],
      plain(1201, {
        type: 'xmpp-authenticated',
        ...{ connection: 40, mechanism: 'PLAIN', username: 'other', ok: true, tls: true },
      }),
      plain(1601, {
        type: 'xmpp-authenticated',
        ...{ connection: 50, mechanism: 'PLAIN', username: 'cpe', ok: true, tls: true },
      }),
      plain(3551, {
        type: 'xmpp-authenticated',
        ...{ connection: 77, mechanism: 'PLAIN', username: 'cpe', ok: true, tls: true },
      }),
    ]
    expect(table({ before, opening: ports.first, bound: ports.second })).toMatchObject(both('pass'))
  })

  test('whose second server is never tried fails', () => {
    expect(table({ opening: ports.first, later: [ports.first, ports.first] })).toMatchObject({
      lowestPriority: 'pass',
      nextServer: 'fail',
    })
  })

  test('is not judged by a device that connects to nothing at all', () => {
    expect(table({ settles: false })).toMatchObject({ lowestPriority: 'inconclusive', nextServer: 'inconclusive' })
  })

  test('whose first server may be tried for long is not judged by the second, unless that is used', () => {
    const stays = { opening: ports.first, later: [ports.first], isQuick: false }
    expect(table(stays)).toMatchObject({ lowestPriority: 'pass', nextServer: 'inconclusive' })
    expect(table({ ...stays, bound: ports.second })).toMatchObject({ nextServer: 'pass' })
    expect(table({ ...stays, bound: ports.own })).toMatchObject({ nextServer: 'fail' })
  })

  test('that leads on to a disabled server fails', () => {
    expect(table({ opening: ports.first, bound: ports.own })).toMatchObject({ nextServer: 'fail' })
  })

  test('that takes no further rows is not judged', () => {
    expect(judged(reconnect, mark('servers-refused', 1000, { fault: '9004' }))).toMatchObject(both('inconclusive'))
  })

  test('that the device does not have does not apply', () => {
    expect(judged(reconnect, noTable)).toMatchObject(both('not-applicable'))
  })

  test('that was not tried, or not to its end, is not judged', () => {
    expect(judged(reconnect)).toMatchObject(both('inconclusive'))
    expect(judged(reconnect, mark('servers-offered', 1000, ports))).toMatchObject(both('inconclusive'))
  })
})
