import { describe, expect, test } from 'vitest'
import { request, session } from '../written-timeline.ts'
import { bindingRequest } from '../written-stun.ts'
import { udpRequest } from '../written-udp.ts'
import { xmppRequest } from '../written-xmpp.ts'
import { periodic, verdictIn } from './written-capture.ts'

const minutes = (count: number) => count * 60_000
const control = (at: number) => [request('captured', { at, answered: 204 }), session({ at: at + 500 })]
const byUdp = (at: number, more: Partial<Parameters<typeof udpRequest>[1]> = {}) =>
  udpRequest('captured', { at, ...more })
const byXmpp = (at: number, answered = 'result') => xmppRequest('captured', { at, answered })

describe('by UDP', () => {
  test.each([
    ['a session at once', 'pass', [byUdp(5000), session({ at: 7000 })]],
    ['one after 40 s', 'fail', [byUdp(5000), session({ at: 45_000 })]],
    ['none, which may be due to its signature', 'not-asked', [byUdp(5000), periodic(minutes(3))]],
    [
      'that of another request, which it need not have been taken for',
      'inconclusive',
      [byUdp(5000), ...control(minutes(3))],
    ],
  ])('%s: %s', (_, verdict, happenings) => {
    expect(verdictIn('udp-request.inTime', ...happenings)).toBe(verdict)
  })

  test.each([
    ['one session', 'pass', [byUdp(5000), session({ at: 7000 }), ...control(minutes(3))]],
    ['two sessions', 'fail', [byUdp(5000), session({ at: 7000 }), session({ at: 8000 }), ...control(minutes(3))]],
    [
      'another one from a copy that comes later',
      'fail',
      [
        byUdp(5000, { copiesAfterMs: [0, 200, 40_000] }),
        session({ at: 7000 }),
        session({ at: 46_000 }),
        ...control(minutes(3)),
      ],
    ],
  ])('copies bring %s: %s', (_, verdict, happenings) => {
    expect(verdictIn('udp-copies.copies', ...happenings)).toBe(verdict)
  })

  test.each([
    ['a greater ts', '1750000001', 'pass'],
    ['the same ts', '1750000000', 'inconclusive'],
    ['a smaller ts', '1749999999', 'fail'],
  ])('a session after %s', (_, ts, verdict) => {
    const happenings = [
      byUdp(5000),
      session({ at: 7000 }),
      byUdp(minutes(3), { ts }),
      session({ at: minutes(3) + 2000 }),
    ]
    expect(verdictIn('udp-rejected.laterTs', ...happenings)).toBe(verdict)
  })

  test('an unanswered Binding Request is repeated by RFC 3489; what is missing once may be lost', () => {
    const unanswered = (at: number, copiesAfterMs: number[]) =>
      bindingRequest({ at, copiesAfterMs, answered: 'not at all' })
    const right = [0, 100, 300, 700, 1500, 3100, 4700, 6300, 7900]
    const rare = [0, 3000, 6000, 9000]
    const end = periodic(minutes(9))
    expect(verdictIn('udp-binding.schedule', unanswered(20_000, right), end)).toBe('pass')
    expect(verdictIn('udp-binding.schedule', unanswered(20_000, rare), end)).toBe('inconclusive')
    expect(verdictIn('udp-binding.schedule', unanswered(20_000, rare), unanswered(minutes(2), rare), end)).toBe(
      'warning',
    )
    expect(verdictIn('udp-binding.schedule', unanswered(20_000, right))).toBe('not-asked')
  })
})

describe('by XMPP', () => {
  test.each([
    ['a session at once', 'pass', [byXmpp(5000), session({ at: 7000 })]],
    ['one after 40 s', 'fail', [byXmpp(5000), session({ at: 45_000 })]],
    ['a refusal', 'not-asked', [byXmpp(5000, 'not-authorized'), periodic(minutes(3))]],
  ])('%s: %s', (_, verdict, happenings) => {
    expect(verdictIn('xmpp-request.inTime', ...happenings)).toBe(verdict)
  })

  test.each([
    ['one session', 'pass', [byXmpp(5000), byXmpp(5100), session({ at: 7000 }), ...control(minutes(3))]],
    [
      'two sessions',
      'fail',
      [byXmpp(5000), byXmpp(5100), session({ at: 7000 }), session({ at: 8000 }), ...control(minutes(3))],
    ],
  ])('several bring %s: %s', (_, verdict, happenings) => {
    expect(verdictIn('xmpp-duplicates.onlyOne', ...happenings)).toBe(verdict)
  })

  test.each([
    ['result', 'pass'],
    ['service-unavailable', 'pass'],
    ['not-authorized', 'not-asked'],
  ])('in a session %s is %s', (answered, verdict) => {
    expect(verdictIn('xmpp-in-session.answer', session({ at: 5000, tookMs: 2000 }), byXmpp(6000, answered))).toBe(
      verdict,
    )
  })

  test('a refused one brings no session', () => {
    const refused = [...control(5000), byXmpp(minutes(3), 'not-authorized')]
    expect(verdictIn('xmpp-rejected.noSession', ...refused, ...control(minutes(6)))).toBe('pass')
    const called = session({ at: minutes(3) + 900 })
    expect(verdictIn('xmpp-rejected.noSession', ...refused, called, ...control(minutes(6)))).toBe('fail')
  })
})
