import { describe, expect, test } from 'vitest'
import { judgeInvariants } from '../judge-run.ts'
import { type Happening, mark, plain, session, verdictsOf, written } from '../written-timeline.ts'
import { deviceJid, xmppBound, xmppEnded, xmppRequest } from '../written-xmpp.ts'

const verdicts = (...happenings: Happening[]) => verdictsOf(judgeInvariants(written(...happenings)))

describe('every iq is answered', () => {
  const answered = (...happenings: Happening[]) => verdicts(...happenings)['iqAnswered']
  const right = xmppRequest('right', { at: 1000, answered: 'result' })

  test.each(['result', 'service-unavailable', 'bad-request'])('by %s', how => {
    expect(answered(xmppRequest('any', { at: 1000, answered: how }))).toBe('pass')
  })

  test('once, and not twice', () => {
    expect(answered(right, xmppRequest('any', { at: 5000, answered: 'result', answers: 2 }))).toBe('fail')
  })

  test('and not never', () => {
    expect(answered(right, xmppRequest('any', { at: 5000, unanswered: true, form: 'iq set' }))).toBe('fail')
  })

  test('in time: an answer after it was given up is a warning', () => {
    const late = xmppRequest('any', { at: 5000, unanswered: true })
    const answer = plain(40_000, {
      type: 'xmpp-cr-answered',
      ...{ request: 2, id: 'written-2', kind: 'result', content: [], answeredBy: 'device', nth: 1 },
      ...{ sentAt: 5000, receivedAt: 40_000, raw: { text: '', length: 0 } },
    })
    expect(answered(right, late, answer)).toBe('warning')
  })

  test('which other stanzas need not be', () => {
    const others = (['message', 'iq result', 'iq error'] as const).map((form, index) =>
      xmppRequest(form, { at: 2000 * (index + 2), unanswered: true, form }),
    )
    expect(answered(right, ...others)).toBe('pass')
    expect(answered(...others)).toBe('not-applicable')
  })

  test('which one that never reached the device cannot be', () => {
    const toNobody = xmppRequest('any', { at: 5000, answered: 'service-unavailable', answeredBy: 'server' })
    expect(answered(right, toNobody)).toBe('pass')
    expect(answered(toNobody)).toBe('not-applicable')
  })

  test('which one that is still on its way at the end is not yet', () => {
    expect(answered(right, xmppRequest('any', { at: 5000 }))).toBe('pass')
  })

  test.each([
    ['closed-by-peer', 'warning'],
    ['lost', 'warning'],
    ['dropped', 'inconclusive'],
    ['closed-by-server', 'inconclusive'],
  ] as const)('or its stream was %s before: %s', (how, verdict) => {
    expect(answered(right, xmppRequest('any', { at: 5000, unanswered: true }), xmppEnded(9000, how))).toBe(verdict)
  })

  test('or the stream of another JID ended, which is no excuse', () => {
    const other = xmppEnded(9000, 'closed-by-peer', 'cpe@xmpp.example/other')
    expect(answered(right, xmppRequest('any', { at: 5000, unanswered: true }), other)).toBe('fail')
  })
})

describe('ConnReqJabberID', () => {
  const name = 'Device.ManagementServer.ConnReqJabberID'
  const informed = (at: number, value: string) =>
    session({ at, events: ['4 VALUE CHANGE'], parameters: [{ name, value }] })
  const read = (at: number, value: string) => [
    session({ at, events: ['2 PERIODIC'] }),
    mark('xmpp-read', at + 50, { when: 'any', values: { ConnReqJabberID: value, JabberID: value } }),
  ]
  const jabberId = (...happenings: Happening[]) => verdicts(...happenings)['jabberId']
  const second = 'cpe-2@xmpp.example/Other'

  test('is what the server bound, in Informs and when it is read', () => {
    expect(jabberId(xmppBound(1000), informed(2000, deviceJid))).toBe('pass')
    expect(jabberId(xmppBound(1000), ...read(20_000, deviceJid))).toBe('pass')
  })

  test('may be spelled in other cases but for the resource', () => {
    expect(jabberId(xmppBound(1000, second), informed(20_000, 'CPE-2@XMPP.example/Other'))).toBe('pass')
    expect(jabberId(xmppBound(1000, second), informed(20_000, 'cpe-2@xmpp.example/other'))).toBe('fail')
  })

  test('may be empty at any time', () => {
    expect(jabberId(xmppBound(1000), informed(2000, deviceJid), ...read(20_000, ''))).toBe('pass')
  })

  test.each(['cpe@xmpp.example/proposed', 'cpe@xmpp.example', 'other@xmpp.example/connreq'])('is not %s', told => {
    expect(jabberId(xmppBound(1000), informed(2000, deviceJid), informed(20_000, told))).toBe('fail')
    expect(jabberId(xmppBound(1000), informed(2000, deviceJid), ...read(20_000, told))).toBe('fail')
  })

  test('follows a new stream, with a moment for it', () => {
    const rebound = [xmppBound(1000), informed(2000, deviceJid), xmppBound(10_000, 'cpe@xmpp.example/new', 901)]
    expect(jabberId(...rebound, informed(10_500, deviceJid))).toBe('pass')
    expect(jabberId(...rebound, informed(30_000, deviceJid))).toBe('fail')
    expect(jabberId(...rebound, informed(30_000, 'cpe@xmpp.example/new'))).toBe('pass')
  })

  test('is of either account where the device has two streams', () => {
    const both = [xmppBound(1000), xmppBound(10_000, second, 901)]
    expect(jabberId(...both, informed(30_000, deviceJid))).toBe('pass')
    expect(jabberId(...both, informed(30_000, second))).toBe('pass')
  })

  test('stays what it was while the stream is lost', () => {
    expect(jabberId(xmppBound(1000), xmppEnded(5000, 'lost'), ...read(20_000, deviceJid))).toBe('pass')
  })

  test('of another server, from before the first stream to ours, is no concern', () => {
    const older = informed(500, 'cpe@elsewhere.example/a')
    expect(jabberId(older, xmppBound(1000), informed(20_000, deviceJid))).toBe('pass')
    expect(jabberId(older, xmppBound(1000))).toBe('inconclusive')
  })

  test('cannot be judged where no server of ours bound any', () => {
    expect(jabberId(informed(2000, deviceJid))).toBe('not-applicable')
  })
})
