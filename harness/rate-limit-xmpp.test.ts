import { describe, expect, test } from 'vitest'
import { createVirtualClock } from './clock/virtual-clock.ts'
import type { XmppOutcome } from './connection-request/xmpp/requester.ts'
import { refusedAtRest, repeatAfterRests, xmppRefusalOf } from './rate-limit.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import { entriesOf } from './timeline/timeline.ts'

const timing = {
  idleMs: 2000,
  watchMs: 60_000,
  graceMs: 15_000,
  bootMs: 300_000,
  xmppConnectMs: 300_000,
  stunBindingMs: 90_000,
  rateLimitMs: 3_600_000,
}

const outcome = (more: object): XmppOutcome =>
  ({ type: 'xmpp-cr-answered', seq: 7, kind: 'error', answeredBy: 'device', ...more }) as XmppOutcome
const refused = (condition: string, answeredBy = 'device') => outcome({ condition, answeredBy })
const result = outcome({ kind: 'result' })
const silence = { type: 'xmpp-cr-unanswered', seq: 7 } as XmppOutcome

test.each([
  [refused('service-unavailable'), 'service-unavailable'],
  [refused('resource-constraint'), 'resource-constraint'],
  [refused('service-unavailable', 'unknown'), 'service-unavailable'],
  [refused('service-unavailable', 'server'), undefined],
  [refused('not-authorized'), undefined],
  [refused(''), undefined],
  [result, undefined],
  [silence, undefined],
])('a refusal for now is the device’s, by these two conditions (%#)', (given, by) => {
  expect(xmppRefusalOf(given)).toEqual(by === undefined ? undefined : { seq: 7, by })
})

describe('a device that refuses over XMPP', () => {
  function asked(...outcomes: XmppOutcome[]) {
    const clock = createVirtualClock()
    const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
    const askedAt: number[] = []
    const send = async () => {
      askedAt.push(clock.now())
      return outcomes[Math.min(askedAt.length, outcomes.length) - 1] as XmppOutcome
    }
    const parts = { clock, timeline, signal: new AbortController().signal }
    return {
      timeline,
      askedAt,
      ask: (limits = timing) => repeatAfterRests(parts, limits, 'knock', xmppRefusalOf, send),
    }
  }

  test('gets its rests, and the words say how it refused', async () => {
    const { ask, askedAt, timeline } = asked(refused('service-unavailable'), refused('resource-constraint'), result)
    expect(await ask()).toBe(result)
    expect(askedAt).toEqual([0, 60_000, 360_000])
    expect(entriesOf(timeline, 'watch-begun').map(entry => entry.for)).toEqual([
      'a rest, because the device refused at rest with service-unavailable',
      'a rest, because the device refused at rest with resource-constraint',
    ])
    expect(entriesOf(timeline, 'mark')).toMatchObject([{ name: refusedAtRest }, { name: refusedAtRest }])
  })

  test('for good is told with the condition and the time', async () => {
    await expect(asked(refused('service-unavailable')).ask()).rejects.toThrow(
      'The device refused "knock" with service-unavailable at rest, and still after 1 h.',
    )
  })

  test('is asked once only where no rate limit is waited for', async () => {
    const { ask, askedAt } = asked(refused('service-unavailable'))
    await expect(ask({ ...timing, rateLimitMs: 0 })).rejects.toThrow('with service-unavailable at rest')
    expect(askedAt).toEqual([0])
  })
})
