import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Happening, judged, mark, session } from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppControl, xmppRequest } from '../written-xmpp.ts'
import { duplicates } from './duplicates.ts'

const duplicate = (options: WrittenXmppRequest) => xmppRequest('duplicate', options)

/** Five requests, sessions that begin at `sessionsAt`, the window and the control. */
function verdicts(requests: readonly Partial<WrittenXmppRequest>[], sessionsAt: number[], more: Happening[] = []) {
  return judged(
    duplicates,
    mark('volley', 900),
    ...requests.map((options, index) => duplicate({ at: 1000 + index, answered: 'result', ...options })),
    ...sessionsAt.map(at => session({ at, tookMs: 50 })),
    ...(more.length > 0 ? more : xmppControl(70_000)),
    mark('window-over', 69_000),
  )
}

const five = [{}, {}, {}, {}, {}]
const refused = { answered: 'service-unavailable' }

test('five that are accepted before the one session pass', () => {
  expect(verdicts(five, [3000])).toEqual({ answered: 'pass', onlyOne: 'pass' })
})

test('sessions for other reasons do not count', () => {
  const periodic = session({ at: 30_000, events: ['2 PERIODIC', '4 VALUE CHANGE'] })
  expect(verdicts(five, [3000], [periodic, ...xmppControl(70_000)])).toEqual({ answered: 'pass', onlyOne: 'pass' })
})

test('a refusal from a rate limit is a legal answer to some of them', () => {
  expect(verdicts([{}, {}, refused, { answered: 'resource-constraint' }], [3000])).toEqual({
    answered: 'pass',
    onlyOne: 'pass',
  })
})

test('a refusal once the device is connecting is legal too, but then there are no duplicates to judge', () => {
  const late = { ...refused, tookMs: 2500 }
  expect(verdicts([{}, late, late, late, late], [3000])).toEqual({ answered: 'inconclusive', onlyOne: 'inconclusive' })
})

test.each(['not-authorized', 'not-allowed', 'bad-request'])('%s to one of them fails', answered => {
  expect(verdicts([{}, {}, {}, { answered }], [3000])).toEqual({ answered: 'fail', onlyOne: 'pass' })
})

test('one that never gets an answer fails', () => {
  const outcome = judged(
    duplicates,
    mark('volley', 900),
    ...[1000, 1001, 1002].map(at => duplicate({ at, answered: 'result' })),
    duplicate({ at: 1003, unanswered: true }),
    session({ at: 3000 }),
    mark('window-over', 69_000),
    ...xmppControl(70_000),
  )
  expect(outcome['answered']).toBe('fail')
})

describe('nothing is known', () => {
  test('when there was no volley at all', () => {
    expect(judged(duplicates, ...xmppControl(70_000))).toEqual({ answered: 'inconclusive', onlyOne: 'inconclusive' })
  })

  test('when the server answered for a device that was not there', () => {
    expect(
      verdicts(
        [1, 2, 3].map(() => ({ ...refused, answeredBy: 'server' })),
        [],
      ),
    ).toEqual({
      answered: 'inconclusive',
      onlyOne: 'inconclusive',
    })
  })

  test('of further sessions when there was none', () => {
    expect(verdicts(five, [])).toEqual({ answered: 'pass', onlyOne: 'inconclusive' })
  })

  test('of further sessions without a positive control that brings a session', () => {
    expect(verdicts(five, [3000], xmppControl(70_000, { silent: true }))['onlyOne']).toBe('inconclusive')
    expect(verdicts(five, [3000], [mark('none', 70_000)])['onlyOne']).toBe('inconclusive')
  })
})

test('a volley that was refused and repeated after a rest is left out', () => {
  const outcome = judged(
    duplicates,
    mark('volley', 10),
    ...[100, 101].map(at => duplicate({ at, answered: 'not-allowed' })),
    mark('volley', 61_000),
    ...[61_100, 61_101].map(at => duplicate({ at, answered: 'result' })),
    session({ at: 62_000 }),
    mark('window-over', 130_000),
    ...xmppControl(131_000),
  )
  expect(outcome).toEqual({ answered: 'pass', onlyOne: 'pass' })
})

describe('the number of sessions', () => {
  test('two are legal when one request was accepted after the device had begun to connect, three are not', () => {
    const late = [{}, {}, {}, { tookMs: 2500 }]
    expect(verdicts(late, [3000, 5000])).toEqual({ answered: 'pass', onlyOne: 'inconclusive' })
    expect(verdicts(late, [3000, 5000, 7000])['onlyOne']).toBe('fail')
  })

  test('two are not known to be wrong when answer and attempt came in the same instant', () => {
    expect(verdicts(five, [1015, 5000])['onlyOne']).toBe('inconclusive')
  })

  test('more than one always fail when every answer came long before the first', () => {
    const answersAt = fc.array(fc.integer({ min: 10, max: 4000 }), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(answersAt, fc.integer({ min: 1, max: 3 }), (took, further) => {
        const sessionsAt = Array.from({ length: 1 + further }, (_, index) => 5015 + 2000 * index)
        const requests = took.map(tookMs => ({ tookMs }))
        expect(verdicts(requests, sessionsAt)).toEqual({ answered: 'pass', onlyOne: 'fail' })
      }),
    )
  })
})
