import { describe, expect, test } from 'vitest'
import {
  control,
  digestChallenge,
  type Happening,
  judged,
  mark,
  request,
  session,
  type WrittenRequest,
} from '../written-timeline.ts'
import { rejected } from './rejected.ts'
import { wrongRequests } from './wrong-requests.ts'

const labels = wrongRequests.map(({ label }) => label)
const bare = ['no credentials', 'Basic credentials', 'POST', 'HEAD', 'HTTP/1.0']

type Changes = Record<string, Partial<WrittenRequest>>

/** One window with the requests of these labels; `seenAt` is when a session came. */
function round(begunAt: number, sent: string[], { seenAt, changes = {} }: { seenAt?: number; changes?: Changes } = {}) {
  const requests = sent.map((label, index) =>
    request(label, {
      at: begunAt + 100 * (index + 1),
      answered: 401,
      headers: digestChallenge,
      authorised: false,
      credentials: bare.includes(label) ? 'none' : 'digest',
      ...changes[label],
    }),
  )
  return [
    mark('wrong-begun', begunAt, { labels: sent }),
    ...requests,
    ...(seenAt === undefined ? [] : [session({ at: seenAt, tookMs: 50 })]),
    mark('wrong-done', begunAt + 62_000, { labels: sent, seen: seenAt !== undefined }),
  ]
}

const verdicts = (changes: Changes = {}, more: Happening[] = control(70_000)) =>
  judged(rejected, ...round(1000, labels, { changes }), ...more)

test('every wrong request refused with a challenge, and no session: passes', () => {
  expect([...new Set(Object.values(verdicts()))]).toEqual(['pass'])
})

test('nothing is proven without a positive control that brings a session', () => {
  const unknown = { noSession: 'inconclusive', otherMethods: 'inconclusive', otherPath: 'inconclusive' }
  expect(verdicts({}, control(70_000, { silent: true }))).toMatchObject(unknown)
  expect(verdicts({}, [])).toMatchObject(unknown)
})

const metrics = { 'CR-GEN-15': 'noSession', 'CR-HTTP-01': 'otherMethods', 'CR-HTTP-19': 'otherPath' }
const metricOf = (label: string) => metrics[wrongRequests.find(wrong => wrong.label === label)?.breaks ?? 'CR-GEN-15']

describe('a session', () => {
  /** A session in the common window, then the label alone in a window of its own. */
  const narrowed = (label: string, alone: boolean, breaks = label) =>
    judged(
      rejected,
      ...round(1000, labels, { seenAt: 5000 }),
      ...round(100_000, [label], alone ? { seenAt: 100_500 } : {}),
      ...control(200_000),
    )[metricOf(breaks)]

  test.each(wrongRequests)('after "$label" alone is a breach of $breaks', ({ label, breaks }) => {
    expect(narrowed(label, true)).toBe(breaks === 'CR-HTTP-19' ? 'warning' : 'fail')
  })

  test('that no request brings when it is sent alone proves nothing', () => {
    expect(narrowed('wrong password', false)).toBe('inconclusive')
  })

  test('of one request leaves the others alone', () => {
    expect(narrowed('wrong password', true, 'POST')).toBe('pass')
    expect(narrowed('wrong password', true, 'other path')).toBe('pass')
  })

  test('for another reason does not count', () => {
    const periodic = session({ at: 5000, events: ['2 PERIODIC', '4 VALUE CHANGE'] })
    expect(verdicts({}, [periodic, ...control(70_000)])).toMatchObject({ noSession: 'pass' })
  })
})

describe('the answer to missing and to Basic credentials', () => {
  test.each(['no credentials', 'Basic credentials'])('2xx to %s fails', label => {
    expect(verdicts({ [label]: { answered: 200 } })).toMatchObject({ digestOnly: 'fail', challenged: 'fail' })
  })

  test.each([503, 403, 404])('%d refuses as well', answered => {
    const changes = { 'no credentials': { answered }, 'Basic credentials': { answered } }
    expect(verdicts(changes)).toMatchObject({ digestOnly: 'pass' })
  })
})

describe('the answer to wrong credentials', () => {
  const challenged = (change: Partial<WrittenRequest>) => verdicts({ 'wrong password': change })['challenged']

  test.each([
    [{ answered: 200 }, 'fail'],
    [{ answered: 401, headers: [] }, 'fail'],
    [{ answered: 403 }, 'warning'],
    [{ answered: undefined, unanswered: 'closed' }, 'warning'],
    [{ answered: 503 }, 'pass'],
  ] as const)('%j: %s', (change, verdict) => {
    expect(challenged(change as unknown as Partial<WrittenRequest>)).toBe(verdict)
  })

  test('to another path or method is free', () => {
    const changes = { 'other path': { answered: 404 }, POST: { answered: 405 }, 'wrong uri': { answered: 400 } }
    expect(verdicts(changes)).toMatchObject({ challenged: 'pass', otherPath: 'pass', otherMethods: 'pass' })
  })
})

describe('a device whose rate limit refuses everything before it looks at credentials', () => {
  const limited = Object.fromEntries(labels.map(label => [label, { answered: 503, credentials: 'none' as const }]))

  test('is legal, and no error of ours', () => {
    expect(verdicts(limited)).toMatchObject({ digestOnly: 'pass', challenged: 'inconclusive' })
  })
})
