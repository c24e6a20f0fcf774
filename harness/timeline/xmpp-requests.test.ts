import { describe, expect, test } from 'vitest'
import type { EntryOf, NewEntry } from './entry.ts'
import { timelineOf } from './timeline.ts'
import { answerOf, isBusy, isResult, xmppRequests, xmppRequestsLabelled } from './xmpp-requests.ts'

const timeline = (...entries: NewEntry[]) =>
  timelineOf(entries.map((entry, index) => ({ seq: index + 1, at: index * 10, ...entry })))

const sent = (request: number, label = 'ordinary'): NewEntry => ({
  type: 'xmpp-cr-sent',
  request,
  label,
  id: `connreq-${request}`,
  from: 'connreq@acs.xmpp.test/acs',
  to: 'cpe@xmpp.test/connreq',
  form: 'iq get',
  authorised: true,
  raw: { length: 0 },
})

const answered = (request: number, more: Partial<EntryOf<'xmpp-cr-answered'>> = {}): NewEntry => ({
  type: 'xmpp-cr-answered',
  request,
  id: `connreq-${request}`,
  kind: 'result',
  content: [],
  answeredBy: 'device',
  nth: 1,
  sentAt: 0,
  receivedAt: 4,
  raw: { length: 0 },
  ...more,
})

const error = (condition?: string, more: Partial<EntryOf<'xmpp-cr-answered'>> = {}) =>
  answered(1, { kind: 'error', ...(condition === undefined ? {} : { condition }), ...more })

const unanswered = (request: number): NewEntry => ({
  type: 'xmpp-cr-unanswered',
  request,
  id: `connreq-${request}`,
  waitedMs: 10_000,
  reason: 'timeout',
})

const only = (...entries: NewEntry[]) => {
  const [request, ...more] = xmppRequests(timeline(sent(1), ...entries))
  if (request === undefined || more.length > 0) throw new Error('not one request')
  return request
}

describe('requests', () => {
  test('stand in the order in which they were written, each with its own outcome', () => {
    const requests = xmppRequests(timeline(sent(1, 'a'), sent(2, 'b'), sent(3, 'c'), unanswered(2), answered(1)))
    expect(requests.map(({ label, answer, silence }) => [label, answer?.seq, silence?.seq])).toEqual([
      ['a', 5, undefined],
      ['b', undefined, 4],
      ['c', undefined, undefined],
    ])
  })

  test('are cited by their outcome, else by themselves', () => {
    expect(only(answered(1)).seq).toBe(2)
    expect(only(unanswered(1)).seq).toBe(2)
    expect(only().seq).toBe(1)
  })

  test('have all their answers, and count by the first', () => {
    const request = only(answered(1), error('not-authorized', { nth: 2 }))
    expect(request.answers.map(({ seq }) => seq)).toEqual([2, 3])
    expect(isResult(request)).toBe(true)
  })

  test('have a late answer beside the silence before it', () => {
    expect(only(unanswered(1), answered(1))).toMatchObject({ answer: { seq: 3 }, silence: { seq: 2 }, seq: 3 })
  })

  test('are found by their label', () => {
    const all = timeline(sent(1, 'a'), sent(2, 'b'), sent(3, 'a'))
    expect(xmppRequestsLabelled(all, 'a').map(({ seq }) => seq)).toEqual([1, 3])
    expect(xmppRequestsLabelled(all, 'c')).toEqual([])
  })

  test('of a stretch that begins after the writing are not in it', () => {
    expect(xmppRequests(timeline(answered(1), unanswered(2)))).toEqual([])
  })
})

test.each([
  [[answered(1)], 'result'],
  [[answered(1, { answeredBy: 'server' })], 'result, from the server'],
  [[error('not-authorized')], 'error not-authorized'],
  [[error('service-unavailable', { answeredBy: 'server' })], 'error service-unavailable, from the server'],
  [[error('service-unavailable', { answeredBy: 'unknown' })], 'error service-unavailable, from device or server'],
  [[error('')], 'error without a condition'],
  [[error()], 'error without a condition'],
  [[unanswered(1)], 'no answer within 10 s'],
  [[], 'no outcome recorded'],
] as [NewEntry[], string][])('an outcome is told in words (%#)', (entries, words) => {
  expect(answerOf(only(...entries))).toBe(words)
})

test.each([
  [error('service-unavailable'), true],
  [error('resource-constraint'), true],
  [error('not-authorized'), false],
  [error(), false],
  [answered(1), false],
  [unanswered(1), false],
] as [NewEntry, boolean][])('busy is a refusal for now (%#)', (outcome, busy) => {
  expect(isBusy(only(outcome))).toBe(busy)
  expect(isResult(only(outcome))).toBe(outcome.type === 'xmpp-cr-answered' && outcome.kind === 'result')
})
