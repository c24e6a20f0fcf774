import { describe, expect, test } from 'vitest'
import { control, type Happening, judged, mark, request, session, type WrittenRequest } from '../written-timeline.ts'
import { flood } from './flood.ts'

const verdicts = (last: Partial<WrittenRequest> = { answered: 204 }, more: Happening[] = control(60_000)) =>
  judged(
    flood,
    mark('flood-begun', 100),
    ...[1000, 4000, 7000].flatMap(at => [request('one of many', { at, answered: 204 }), session({ at: at + 300 })]),
    request('one of many', { at: 10_000, ...last }),
    mark('flood-over', 50_000),
    ...more,
  )

test('no limit at all is legal', () => {
  expect(verdicts()).toEqual({ staysUsable: 'pass', refusal: 'not-asked', noRetryAfter: 'not-asked' })
})

test.each(['none', 'digest'] as const)('503 is the right refusal, to a request with credentials %s', credentials => {
  expect(verdicts({ answered: 503, credentials })).toEqual({
    staysUsable: 'pass',
    refusal: 'pass',
    noRetryAfter: 'pass',
  })
})

test('Retry-After with it is a warning', () => {
  expect(verdicts({ answered: 503, headers: [['Retry-After', '60']] })).toMatchObject({ noRetryAfter: 'warning' })
})

test.each([403, 404, 429, 500])('%d is the wrong one', answered => {
  expect(verdicts({ answered })).toMatchObject({ refusal: 'fail' })
  expect(verdicts({ answered, credentials: 'none' })).toMatchObject({ refusal: 'fail' })
})

describe('a request without an answer', () => {
  test.each(['timeout', 'reset', 'closed'] as const)('fails when the device lives on (%s)', unanswered => {
    expect(verdicts({ unanswered })).toMatchObject({ refusal: 'fail', staysUsable: 'pass' })
  })

  test('is a matter of its health when it does not: a warning, because it is a recommendation', () => {
    const outcome = verdicts({ unanswered: 'timeout' }, control(60_000, { silent: true }))
    expect(outcome).toMatchObject({ staysUsable: 'warning', refusal: 'inconclusive' })
  })

  test.each(['refused', 'timeout'] as const)('that could not even connect was refused below HTTP (%s)', unanswered => {
    expect(verdicts({ unanswered, unsent: true })).toMatchObject({ refusal: 'inconclusive', staysUsable: 'pass' })
  })
})

test('without a single accepted request there was no flood', () => {
  const outcome = judged(flood, mark('flood-begun', 100), mark('flood-over', 200), ...control(1000))
  expect([...new Set(Object.values(outcome))]).toEqual(['inconclusive'])
})
