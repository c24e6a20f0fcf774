import { expect, test } from 'vitest'
import { type Happening, judged, mark, outcomeOf, playing, session } from '../written-timeline.ts'
import { udpRequest } from '../written-udp.ts'
import { clock } from './clock.ts'

const asked = (label: string, at: number, called: boolean): Happening[] => [
  udpRequest(label, { at }),
  ...(called ? [session({ at: at + 300, tookMs: 50 })] : []),
]
const course = ({ past = true, future = true, afterFuture = true } = {}): Happening[] => [
  ...asked('ts of the year 2005', 1000, past),
  ...asked('ordinary ts after the past one', 60_000, true),
  ...asked('ts more than an hour ahead', 100_000, future),
  ...(future ? [] : asked('ordinary ts after the one ahead', 300_000, afterFuture)),
]
const verdict = (...of: Parameters<typeof course>) => judged(clock, ...course(...of))['anyTime']

test('a ts more than an hour ahead is accepted', () => {
  expect(verdict()).toBe('pass')
})

test('one that is refused is a warning where the device still hears ordinary ones', () => {
  expect(verdict({ future: false })).toBe('warning')
  expect(verdict({ future: false, afterFuture: false })).toBe('inconclusive')
})

test.each([
  [true, 'accepted'],
  [false, 'ignored'],
])('one of the past may be accepted or not (%s), because memory may outlive a boot', (past, told) => {
  expect(verdict({ past })).toBe('pass')
  const { properties } = outcomeOf(clock, playing(clock, course({ past })))
  expect(properties).toEqual({ 'a UDP request with a ts of 2005 after a boot': told })
})

test('a device that did not come back cannot be judged', () => {
  const { metrics } = outcomeOf(clock, playing(clock, [mark('not-restarted', 1000)], 'interrupted'))
  expect(metrics[0]?.verdict).toBe('inconclusive')
})
