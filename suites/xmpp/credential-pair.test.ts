import { describe, expect, test } from 'vitest'
import { judged, mark, request, session, type WrittenRequest } from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppRequest } from '../written-xmpp.ts'
import { credentialPair } from './credential-pair.ts'

interface Answers {
  status?: number
  newByHttp?: Partial<WrittenRequest>
  newByXmpp?: Partial<WrittenXmppRequest>
  oldByHttp?: Partial<WrittenRequest>
  oldByXmpp?: Partial<WrittenXmppRequest>
}

const verdicts = ({
  status = 0,
  newByHttp = { answered: 204 },
  newByXmpp = { answered: 'result' },
  oldByHttp = { answered: 401 },
  oldByXmpp = { answered: 'not-authorized' },
}: Answers = {}) =>
  judged(
    credentialPair,
    mark('pair-set', 100, { status }),
    request('new pair over HTTP', { at: 3000, ...newByHttp }),
    session({ at: 3500 }),
    xmppRequest('new pair over XMPP', { at: 6000, ...newByXmpp }),
    request('old pair over HTTP', { at: 9000, authorised: false, ...oldByHttp }),
    xmppRequest('old pair over XMPP', { at: 12_000, authorised: false, ...oldByXmpp }),
  )

const refused = { answered: 401 }
const unauthorized = { answered: 'not-authorized' }

test('the new pair over both, the old one over neither: passes', () => {
  expect(verdicts()).toEqual({ newPair: 'pass', oldPair: 'pass' })
})

test('XMPP with the old pair only fails in both', () => {
  expect(verdicts({ newByXmpp: unauthorized, oldByXmpp: { answered: 'result' } })).toEqual({
    newPair: 'fail',
    oldPair: 'fail',
  })
})

test('HTTP with the old pair only fails in both', () => {
  expect(verdicts({ newByHttp: refused, oldByHttp: { answered: 204 } })).toEqual({ newPair: 'fail', oldPair: 'fail' })
})

test('XMPP with another pair altogether fails for the new one', () => {
  expect(verdicts({ newByXmpp: unauthorized })).toEqual({ newPair: 'fail', oldPair: 'pass' })
})

test('both pairs over XMPP fails for the old one', () => {
  expect(verdicts({ oldByXmpp: { answered: 'result' } })).toEqual({ newPair: 'pass', oldPair: 'fail' })
})

test('status 1 says that the pair is applied later', () => {
  expect(verdicts({ status: 1, newByXmpp: unauthorized })).toEqual({ newPair: 'inconclusive', oldPair: 'inconclusive' })
})

test('a pair that was changed for neither of them is another matter', () => {
  const unchanged = {
    newByHttp: refused,
    newByXmpp: unauthorized,
    oldByHttp: { answered: 204 },
    oldByXmpp: { answered: 'result' },
  }
  expect(verdicts(unchanged)).toEqual({ newPair: 'inconclusive', oldPair: 'inconclusive' })
})

describe('an answer that says nothing of the pair', () => {
  test.each([
    { answered: 'service-unavailable' },
    { answered: 'not-authorized', answeredBy: 'server' as const },
    { unanswered: true as const },
  ])('over XMPP (%j) leaves it open', reply => {
    expect(verdicts({ newByXmpp: reply })['newPair']).toBe('inconclusive')
    expect(verdicts({ oldByXmpp: reply })['oldPair']).toBe('inconclusive')
  })

  test.each([{ answered: 503 }, { unanswered: 'timeout' as const }])('over HTTP (%j) leaves it open', reply => {
    expect(verdicts({ newByHttp: reply })['newPair']).toBe('inconclusive')
    expect(verdicts({ oldByHttp: reply })['oldPair']).toBe('inconclusive')
  })

  test('is a refusal of the pair where the other one is accepted', () => {
    expect(verdicts({ oldByXmpp: { answered: 'forbidden' } })['oldPair']).toBe('pass')
    expect(verdicts({ newByXmpp: { answered: 'not-allowed' } })['newPair']).toBe('inconclusive')
  })
})
