import { expect, test } from 'vitest'
import {
  control,
  judged,
  outcomeOf,
  playing,
  request,
  session,
  verdictsOf,
  type WrittenRequest,
} from '../written-timeline.ts'
import { anySource } from './any-source.ts'

const served = (options: Partial<WrittenRequest>, ...more: Parameters<typeof judged>[1][]) =>
  judged(anySource, request('from a second address', { at: 1000, ...options }), ...more)['served']

test('is served when the request is accepted and a session follows', () => {
  expect(served({ answered: 204 }, session({ at: 2000 }), ...control(5000))).toBe('pass')
})

test('is not served when no session follows', () => {
  expect(served({ answered: 204 })).toBe('fail')
})

test.each([401, 403, 404])('is not served when the request gets %d', answered => {
  expect(served({ answered })).toBe('fail')
})

test('is not served when not even a challenge comes, but another refusal', () => {
  expect(served({ answered: 403, credentials: 'none' })).toBe('fail')
})

test.each(['timeout', 'unreachable'] as const)('is unknown when a firewall may have dropped it (%s)', unanswered => {
  expect(served({ unanswered, unsent: true })).toBe('inconclusive')
  expect(served({ unanswered })).toBe('inconclusive')
})

test('is unknown when a rate limit may have refused it and the run was stopped in the rest that followed', () => {
  const refused = request('from a second address', { at: 1000, answered: 503 })
  expect(verdictsOf(outcomeOf(anySource, playing(anySource, [refused], 'interrupted')))).toEqual({
    served: 'inconclusive',
  })
})
