import { describe, expect, test } from 'vitest'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Outcome } from './connection-request/http/outcome.ts'
import { refusalOf, refusedAtRest, RefusedAtRest, repeatAfterRests } from './rate-limit.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import { entriesOf } from './timeline/timeline.ts'

const hour = 3_600_000
const timing = {
  idleMs: 2000,
  watchMs: 60_000,
  graceMs: 15_000,
  bootMs: 300_000,
  xmppConnectMs: 300_000,
  stunBindingMs: 90_000,
  rateLimitMs: hour,
}

const answer = (status: number, seq = 7) => ({ kind: 'answer', status, seq }) as Outcome
const silence = { kind: 'no-answer', seq: 7, request: 1, reason: 'timeout', detail: 'nothing' } as Outcome

/** A device that answers so, one after the other; the last answer for ever. */
function asked(...outcomes: Outcome[]) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const askedAt: number[] = []
  const send = async () => {
    askedAt.push(clock.now())
    return outcomes[Math.min(askedAt.length, outcomes.length) - 1] as Outcome
  }
  const parts = { clock, timeline, signal: stop.signal }
  return { clock, timeline, stop, askedAt, ask: () => repeatAfterRests(parts, timing, 'knock', refusalOf, send) }
}

describe('asking at rest', () => {
  test.each([answer(200), answer(401), answer(500), silence])(
    'any outcome but 503 stands at once (%#)',
    async outcome => {
      const { ask, askedAt, timeline } = asked(outcome)
      expect(await ask()).toBe(outcome)
      expect(askedAt).toEqual([0])
      expect(timeline.entries).toEqual([])
    },
  )

  test('after a 503 the device has ever longer rests, on the timeline with the number of the answer', async () => {
    const { ask, askedAt, timeline } = asked(answer(503, 3), answer(503, 5), answer(204))
    expect(await ask()).toMatchObject({ status: 204 })
    expect(askedAt).toEqual([0, 60_000, 360_000])
    expect(entriesOf(timeline, 'mark').map(({ name, data }) => [name, data])).toEqual([
      [refusedAtRest, { label: 'knock', answer: 3 }],
      [refusedAtRest, { label: 'knock', answer: 5 }],
    ])
    expect(entriesOf(timeline, 'watch-ended').map(({ at, ms, how }) => [at, ms, how])).toEqual([
      [60_000, 60_000, 'over'],
      [360_000, 300_000, 'over'],
    ])
    expect(entriesOf(timeline, 'limit-used')).toMatchObject([
      { ms: 60_000, source: 'ours' },
      { ms: 300_000, source: 'ours' },
    ])
  })

  test('after the longest rate limit that is waited for, the conditions are not met', async () => {
    const { ask, askedAt } = asked(answer(503))
    const error = await ask().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(RefusedAtRest)
    expect(error).toBeInstanceOf(ConditionsNotMet)
    expect((error as Error).message).toBe('The device refused "knock" with 503 at rest, and still after 1 h.')
    expect(askedAt).toEqual([0, 60_000, 360_000, hour])
  })

  test('a rest ends when the run is stopped, and nothing more is asked', async () => {
    const { ask, askedAt, clock, stop } = asked(answer(503))
    void clock.sleep(1000).then(() => stop.abort(new Error('stopped')))
    await expect(ask()).rejects.toThrow('stopped')
    expect(askedAt).toEqual([0])
  })
})
