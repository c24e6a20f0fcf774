import { describe, expect, test } from 'vitest'
import { judgeInvariants } from '../judge-run.ts'
import { type Happening, session, verdictsOf, written } from '../written-timeline.ts'
import { udpReply, udpRequest } from '../written-udp.ts'

const unanswered = (...happenings: Happening[]) => verdictsOf(judgeInvariants(written(...happenings)))['udpUnanswered']
const good = [udpRequest('good', { at: 1000 }), session({ at: 1300 })]
const bad = udpRequest('wrong signature', { at: 90_000, authorised: false })

describe('a UDP Connection Request', () => {
  test('brings a session and no datagram', () => {
    expect(unanswered(...good, bad)).toBe('pass')
  })

  test.each([1200, 90_100])('that is answered like HTTP at %d ms fails, good or bad', at => {
    expect(unanswered(...good, bad, udpReply(at))).toBe('fail')
  })

  test('after which something else comes back is a warning, and long after it nothing', () => {
    expect(unanswered(...good, udpReply(1200, 'OK'))).toBe('warning')
    expect(unanswered(...good, udpReply(30_000, 'OK'))).toBe('pass')
  })

  test.each([
    ['an empty datagram', udpReply(1200, '')],
    ['what begins like STUN', udpReply(1200, '\u0001\u0001')],
    ['what a stranger sends', udpReply(1200, 'HTTP/1.1 200 OK\r\n\r\n', { ofDeviceUnderTest: false })],
  ])('is not answered by %s', (_, reply) => {
    expect(unanswered(...good, reply)).toBe('pass')
  })

  test('that never reached the device could not be answered', () => {
    expect(unanswered(udpRequest('good', { at: 1000 }))).toBe('inconclusive')
    expect(unanswered(session({ at: 500 }), bad)).toBe('inconclusive')
  })

  test('that was never sent is none', () => {
    expect(unanswered(session({ at: 1300 }))).toBe('not-applicable')
  })
})
