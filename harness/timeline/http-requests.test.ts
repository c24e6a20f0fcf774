import { describe, expect, test } from 'vitest'
import type { Entry, EntryOf } from './entry.ts'
import { authorisedRequests, httpRequests, isSuccess, outcomeOf, requestsLabelled } from './http-requests.ts'
import { timelineOf } from './timeline.ts'

const body = { text: '', length: 0 }
const endpoint = { address: '192.0.2.1', port: 7547 }

const sent = (seq: number, request: number, more: Partial<EntryOf<'http-cr-sent'>> = {}): Entry => ({
  seq,
  at: seq,
  type: 'http-cr-sent',
  request,
  connection: request,
  label: 'ordinary',
  method: 'GET',
  target: '/',
  headers: [],
  raw: body,
  credentials: 'digest',
  socket: 'fresh',
  from: endpoint,
  to: endpoint,
  authorised: true,
  ...more,
})

const answered = (seq: number, request: number, status: number, reason = ''): Entry => ({
  seq,
  at: seq,
  type: 'http-cr-answered',
  request,
  connection: request,
  status,
  reason,
  httpVersion: '1.1',
  headers: [],
  body,
  bodyEnd: 'none',
  sentAt: 0,
  firstByteAt: 0,
  lastByteAt: 0,
  connectMs: 0,
  problems: [],
})

const unanswered = (seq: number, request: number): Entry => ({
  seq,
  at: seq,
  type: 'http-cr-unanswered',
  request,
  connection: request,
  reason: 'reset',
  detail: 'the connection was reset',
})

const requestsIn = (...entries: Entry[]) => httpRequests(timelineOf(entries))

describe('requests', () => {
  test('are put together with their outcome, which is what a finding cites', () => {
    const requests = requestsIn(sent(1, 1), sent(2, 2), sent(3, 3), unanswered(4, 2), answered(5, 1, 204))
    expect(requests.map(({ sent, answer, silence, seq }) => [sent?.seq, answer?.seq, silence?.seq, seq])).toEqual([
      [1, 5, undefined, 5],
      [2, undefined, 4, 4],
      [3, undefined, undefined, 3],
    ])
  })

  test('that could not be sent are there too', () => {
    expect(requestsIn(unanswered(1, 1))).toMatchObject([{ label: 'a request that could not be sent', seq: 1 }])
  })

  test.each([
    [[sent(1, 1), answered(2, 1, 200, 'OK')], '200 OK', true],
    [[sent(1, 1), answered(2, 1, 204)], '204', true],
    [[sent(1, 1), answered(2, 1, 202, 'Accepted')], '202 Accepted', false],
    [[sent(1, 1), answered(2, 1, 503, 'Service Unavailable')], '503 Service Unavailable', false],
    [[sent(1, 1), unanswered(2, 1)], 'no answer: the connection was reset', false],
    [[sent(1, 1)], 'no outcome recorded', false],
  ])('tell their outcome, and whether it is success (%#)', (entries, outcome, success) => {
    expect(requestsIn(...entries).map(request => [outcomeOf(request), isSuccess(request)])).toEqual([
      [outcome, success],
    ])
  })
})

test('authorised are requests with right Digest credentials, not their first leg, not wrong ones, not Basic', () => {
  const timeline = timelineOf([
    sent(1, 1, { credentials: 'none' }),
    sent(2, 2),
    sent(3, 3, { authorised: false }),
    sent(4, 4, { credentials: 'basic' }),
    unanswered(5, 5),
  ])
  expect(authorisedRequests(timeline).map(request => request.sent?.request)).toEqual([2])
})

test('of the requests with a label those with credentials count, or all where none has any', () => {
  const firstLeg = sent(1, 1, { credentials: 'none' })
  const found = (...entries: Entry[]) =>
    requestsLabelled(timelineOf(entries), 'ordinary').map(request => request.sent?.request)
  expect(found(firstLeg, sent(2, 2), sent(3, 3, { label: 'other' }))).toEqual([2])
  expect(found(firstLeg, sent(3, 3, { label: 'other' }))).toEqual([1])
  expect(found(sent(3, 3, { label: 'other' }))).toEqual([])
})
