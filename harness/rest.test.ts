import { describe, expect, test } from 'vitest'
import type { Acs } from './acs/acs.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { restDevice, sessionEndMs } from './rest.ts'
import type { NewEntry } from './timeline/entry.ts'
import { TimelineRecorder, WaitTimedOut } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'

const idleMs = 2000
const ended: NewEntry = { type: 'session-ended', session: 1, how: 'completed' }
const xmppAnswer: NewEntry = {
  type: 'xmpp-cr-answered',
  ...{ request: 1, id: 'i', kind: 'result', content: [], answeredBy: 'device', nth: 1 },
  ...{ sentAt: 0, receivedAt: 0, raw: { length: 0 } },
}
const udpRequest: NewEntry = {
  type: 'udp-cr-sent',
  ...{ request: 1, label: '', copy: 1, copies: 3, authorised: true, raw: { length: 0 } },
  ...{ from: { address: '192.0.2.1', port: 1 }, to: { address: '192.0.2.2', port: 2 } },
}
const httpAnswer: NewEntry = {
  type: 'http-cr-answered',
  ...{ request: 1, connection: 1, status: 200, reason: '', httpVersion: '1.1', headers: [], body: { length: 0 } },
  ...{ bodyEnd: 'none', sentAt: 0, firstByteAt: 0, lastByteAt: 0, connectMs: 0, problems: [] },
}

/** A device with sessions from and to these times, and these entries at their times. */
function resting({
  sessions = [],
  entries = [],
}: {
  sessions?: [number, number][]
  entries?: [number, NewEntry][]
} = {}) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  let open = 0
  for (const [from, to] of sessions) {
    if (from === 0) open++
    else void clock.sleep(from).then(() => open++)
    if (to !== Number.POSITIVE_INFINITY)
      void clock.sleep(to).then(() => {
        open--
        timeline.add(ended)
      })
  }
  for (const [at, entry] of entries) void clock.sleep(at).then(() => timeline.add(entry))
  const acs = { openSessions: () => open } as Acs
  const rest = async (ms = idleMs) => {
    await restDevice({ acs, clock, timeline, signal: stop.signal }, ms)
    return clock.now()
  }
  return { clock, rest, stop }
}

describe('a rest', () => {
  test('of a device that was never busy takes no time', async () => {
    expect(await resting().rest()).toBe(0)
  })

  test('begins when the open session has ended', async () => {
    expect(await resting({ sessions: [[0, 5000]] }).rest()).toBe(7000)
  })

  test('waits for all open sessions', async () => {
    const sessions: [number, number][] = [
      [0, 5000],
      [0, 9000],
    ]
    expect(await resting({ sessions }).rest()).toBe(11_000)
  })

  test.each([
    ['session', ended],
    ['answer over HTTP', httpAnswer],
    ['answer over XMPP', xmppAnswer],
    ['request over UDP, which has no answer', udpRequest],
  ])('begins with the last %s', async (_what, entry) => {
    const { clock, rest } = resting({ entries: [[1000, entry]] })
    await clock.sleep(1500)
    expect(await rest()).toBe(3000)
    expect(await rest()).toBe(3000)
  })

  test('is over where the device has had it already', async () => {
    const { clock, rest } = resting({ entries: [[1000, ended]] })
    await clock.sleep(8000)
    expect(await rest()).toBe(8000)
  })

  test('begins anew when a session comes in the midst of it', async () => {
    const device = resting({ entries: [[500, ended]], sessions: [[1500, 4000]] })
    await device.clock.sleep(1000)
    expect(await device.rest()).toBe(6000)
  })

  test('begins anew when a whole session falls into it', async () => {
    const device = resting({ entries: [[500, ended]], sessions: [[1500, 1700]] })
    await device.clock.sleep(1000)
    expect(await device.rest()).toBe(3700)
  })

  test('of a device that calls again and again is given up in the end', async () => {
    const sessions = Array.from({ length: 400 }, (_, index): [number, number] => [index * 1000 + 1, index * 1000 + 900])
    const device = resting({ sessions })
    await device.clock.sleep(950)
    const over = await device.rest()
    expect(over).toBeGreaterThanOrEqual(sessionEndMs)
    expect(over).toBeLessThan(sessionEndMs + 10_000)
  })

  test('of no length only waits for the session', async () => {
    expect(await resting({ sessions: [[0, 5000]] }).rest(0)).toBe(5000)
  })

  test('of a session that does not end is no rest', async () => {
    const device = resting({ sessions: [[0, Number.POSITIVE_INFINITY]] })
    await expect(device.rest()).rejects.toBeInstanceOf(WaitTimedOut)
    expect(device.clock.now()).toBe(sessionEndMs)
  })

  test.each([
    ['session', resting({ sessions: [[0, 50_000]] })],
    ['rest', resting({ entries: [[500, ended]] })],
  ])('ends with the run, during the %s', async (_what, { clock, rest, stop }) => {
    await clock.sleep(1000)
    void clock.sleep(500).then(() => stop.abort(new Error('stopped')))
    await expect(rest()).rejects.toThrow('stopped')
  })
})
