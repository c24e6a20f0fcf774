import { describe, expect, test } from 'vitest'
import { judged, mark, request, session, type WrittenRequest } from '../written-timeline.ts'
import { type WrittenXmppRequest, xmppRequest } from '../written-xmpp.ts'
import { httpBeside } from './http-beside.ts'

interface Conversation {
  http?: Partial<WrittenRequest>
  xmpp?: Partial<WrittenXmppRequest>
  acceptedBefore?: number
  sessionAt?: number[]
}

const served = ({
  http = { answered: 204 },
  xmpp = { answered: 'result' },
  acceptedBefore = 3,
  sessionAt = [6000],
}: Conversation = {}) =>
  judged(
    httpBeside,
    xmppRequest('over XMPP, just before', { at: 1000, ...xmpp }),
    session({ at: 1500 }),
    mark('accepted-over-http', 4000, { accepted: acceptedBefore }),
    request('over HTTP, with the XMPP stream up', { at: 5000, ...http }),
    ...sessionAt.map(at => session({ at })),
  )['served']

test('an HTTP request that is accepted and brings a session passes', () => {
  expect(served()).toBe('pass')
})

test.each([
  { answered: 401 },
  { answered: 404 },
  { unanswered: 'refused' as const },
  { unanswered: 'timeout' as const },
])('%j while XMPP is up fails', http => {
  expect(served({ http, sessionAt: [] })).toBe('fail')
})

describe('503', () => {
  test('of a device that never accepted a request over HTTP fails: a rate limit lets the first one in', () => {
    expect(served({ http: { answered: 503 }, acceptedBefore: 0, sessionAt: [] })).toBe('fail')
  })

  test('of a device that served HTTP before may be a rate limit', () => {
    expect(served({ http: { answered: 503 }, sessionAt: [] })).toBe('inconclusive')
  })
})

describe('nothing is known', () => {
  test('without a session, which is another matter', () => {
    expect(served({ sessionAt: [] })).toBe('inconclusive')
  })

  test.each([{ answered: 'service-unavailable', answeredBy: 'server' as const }, { unanswered: true as const }])(
    'when the stream was not up (%j)',
    xmpp => {
      expect(served({ xmpp, http: { answered: 404 }, sessionAt: [] })).toBe('inconclusive')
    },
  )

  test('when HTTP was not tried', () => {
    expect(judged(httpBeside, xmppRequest('over XMPP, just before', { at: 1000, answered: 'result' }))['served']).toBe(
      'inconclusive',
    )
  })
})
