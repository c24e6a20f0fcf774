import { describe, expect, test } from 'vitest'
import type { BenchParts } from './bench.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { XmppOutcome, XmppRequestOptions } from './connection-request/xmpp/requester.ts'
import type { DeviceFacts } from './device/facts.ts'
import { RefusedAtRest } from './rate-limit.ts'
import type { EntryOf, NewEntry } from './timeline/entry.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import { createXmppBench, isAcceptedByXmpp } from './xmpp-bench.ts'
import type { XmppLab } from './xmpp-lab.ts'
import type { BoundStream } from './xmpp-server/xmpp-server.ts'

const sender = 'connreq@acs.xmpp.test/acs'
const known = 'cpe@xmpp.test/known'
const idleMs = 2000

type Answer = Partial<EntryOf<'xmpp-cr-answered'>> | 'silence'
const busy: Answer = { kind: 'error', condition: 'service-unavailable' }

const stream = (connection: number, username: string): BoundStream => ({
  ...{ connection, stream: `s${connection}`, username, jid: `${username}@xmpp.test/${connection}`, tls: true },
})
const bound = (username: string): NewEntry => ({
  type: 'xmpp-bound',
  ...{ connection: 1, stream: 's', username, jid: `${username}@xmpp.test/1`, tls: true },
})
const informed = (value: string, events: string[] = []): NewEntry => ({
  type: 'session-opened',
  ...{ session: 1, connection: 1, exchange: 1, attemptAt: 0, attemptBasis: 'connection', cwmp: '', problems: [] },
  inform: {
    deviceId: {},
    events: events.map(eventCode => ({ eventCode, commandKey: '' })),
    parameters: [{ name: 'Device.ManagementServer.ConnReqJabberID', value }],
  },
  ofDeviceUnderTest: true,
})

/** The verbs over a device that answers so, one answer after the other; the last for ever. */
function benchOver({ answers = [{}] as Answer[], external = false } = {}) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const streams: BoundStream[] = []
  const dropped: number[] = []
  const asked: (XmppRequestOptions & { at: number })[] = []
  const calls: [what: string, number][] = []
  const credentials = { username: 'u', password: 'p' }

  const answer = (request: number, next: Answer): XmppOutcome => {
    const common = { request, id: `i-${request}`, raw: { length: 0 } }
    if (next === 'silence')
      return timeline.add({ type: 'xmpp-cr-unanswered', ...common, waitedMs: 1, reason: 'timeout' })
    return timeline.add({
      type: 'xmpp-cr-answered',
      ...common,
      ...{ kind: 'result', content: [], answeredBy: 'device', nth: 1, sentAt: 0, receivedAt: 0, ...next },
    })
  }
  const lab = {
    server: external ? undefined : { streams: () => streams, drop: (connection: number) => dropped.push(connection) },
    account: { username: 'cpe', password: 'secret', resource: 'r' },
    senders: 'acs.xmpp.test',
    requester: {
      async send(request: XmppRequestOptions) {
        asked.push({ ...request, at: clock.now() })
        const { label, to, from, authorised } = request
        const number = asked.length
        const common = { request: number, id: `i-${number}`, raw: { length: 0 } }
        const sent = timeline.add({ type: 'xmpp-cr-sent', ...common, label, to, from, authorised, form: 'iq get' })
        return { sent, outcome: Promise.resolve(answer(number, answers[Math.min(number, answers.length) - 1] ?? {})) }
      },
    },
  } as unknown as XmppLab
  const bench = createXmppBench({
    parts: { clock, timeline, signal: stop.signal, acs: { openSessions: () => 0 } } as unknown as BenchParts,
    facts: {
      timing: { idleMs, rateLimitMs: 3_600_000 },
      xmpp: { jid: known },
    } as unknown as DeviceFacts,
    lab,
    connection: { path: 'Device.XMPP.Connection.1.', created: true, parameters: {} },
    credentials: () => credentials,
    async connectionRequestSessionAfter(seq) {
      calls.push(['session after', seq])
      return { session: 17 } as EntryOf<'session-opened'>
    },
    async sessionEnd(id) {
      calls.push(['end of session', id])
    },
  })
  return { bench, clock, timeline, stop, streams, dropped, asked, calls, credentials }
}

describe('the JID that is asked', () => {
  test('is that of the newest stream of the device’s account', () => {
    const { bench, streams, timeline } = benchOver()
    timeline.add(informed('cpe@xmpp.test/informed'))
    streams.push(stream(1, 'cpe'), stream(2, 'cpe'), stream(3, 'somebody'))
    expect(bench.stream()?.connection).toBe(2)
    expect(bench.jid()).toBe('cpe@xmpp.test/2')
  })

  test('else the one that was last heard of, else the one from the beginning', () => {
    const { bench, timeline } = benchOver()
    expect(bench.jid()).toBe(known)
    timeline.add(informed('cpe@xmpp.test/informed'))
    expect(bench.jid()).toBe('cpe@xmpp.test/informed')
    timeline.add(informed(''))
    expect(bench.jid()).toBe('cpe@xmpp.test/informed')
  })

  test('is told by the device where the server is not ours', () => {
    const { bench, timeline } = benchOver({ external: true })
    timeline.add(informed('cpe@xmpp.test/informed'))
    expect(bench.stream()).toBeUndefined()
    expect(bench.jid()).toBe('cpe@xmpp.test/informed')
  })
})

test('a server that is not ours cannot be controlled', () => {
  expect(() => benchOver({ external: true }).bench.server).toThrow(ConditionsNotMet)
  expect(benchOver().bench.server).toBeDefined()
})

describe('asking', () => {
  test('sends the ordinary request once, with the credentials of the moment, not meant to be accepted', async () => {
    const { bench, asked, credentials } = benchOver({ answers: [busy] })
    credentials.password = 'changed'
    expect(await bench.ask('odd')).toMatchObject({ condition: 'service-unavailable' })
    expect(asked).toEqual([
      {
        ...{ at: 0, label: 'odd', to: known, from: sender, authorised: false },
        payload: { username: 'u', password: 'changed' },
      },
    ])
  })

  test('sends what a scenario wants otherwise', async () => {
    const { bench, asked } = benchOver()
    const ask = {
      from: 'x@acs.xmpp.test/1',
      to: 'y@xmpp.test/2',
      form: 'message',
      authorised: true,
      payload: [],
    } as const
    await bench.ask('odd', ask)
    expect(asked).toMatchObject([{ label: 'odd', ...ask }])
  })

  test('does not wait for the answer where it only writes', async () => {
    const { bench } = benchOver()
    expect((await bench.write('odd')).sent).toMatchObject({ type: 'xmpp-cr-sent', label: 'odd' })
  })
})

describe('knocking', () => {
  test('is one request at rest that should be accepted', async () => {
    const { bench, asked, timeline, clock } = benchOver()
    timeline.add({ type: 'session-ended', session: 1, how: 'completed' })
    await clock.sleep(500)
    expect(isAcceptedByXmpp(await bench.knock('ordinary'))).toBe(true)
    expect(asked).toMatchObject([{ at: idleMs, authorised: true }])
  })

  test('may be one that should not', async () => {
    const { bench, asked } = benchOver()
    await bench.knock('odd', { authorised: false })
    expect(asked).toMatchObject([{ authorised: false }])
  })

  test('is repeated after rests while the device refuses for now', async () => {
    const { bench, asked } = benchOver({ answers: [busy, busy, {}] })
    expect(await bench.knock('ordinary')).toMatchObject({ kind: 'result' })
    expect(asked.map(({ at }) => at)).toEqual([0, 60_000, 360_000])
  })

  test.each(['silence', { kind: 'error', condition: 'not-authorized' }] as Answer[])(
    'is not repeated for another outcome (%j)',
    async answer => {
      const { bench, asked } = benchOver({ answers: [answer] })
      expect(isAcceptedByXmpp(await bench.knock('ordinary'))).toBe(false)
      expect(asked).toHaveLength(1)
    },
  )

  test('is given up after the longest rate limit', async () => {
    await expect(benchOver({ answers: [busy] }).bench.knock('ordinary')).rejects.toBeInstanceOf(RefusedAtRest)
  })

  test('of a device that refuses for good waits that long once only', async () => {
    const { bench, clock, asked } = benchOver({ answers: [busy] })
    await expect(bench.knock('ordinary')).rejects.toBeInstanceOf(RefusedAtRest)
    const [since, requests] = [clock.now(), asked.length]
    await expect(bench.knock('ordinary')).rejects.toThrow('refuses every XMPP request at rest')
    expect(clock.now()).toBe(since)
    expect(asked).toHaveLength(requests)
  })

  test('of one sender that is refused for good says nothing of the ordinary one', async () => {
    const { bench } = benchOver({ answers: [busy] })
    const from = 'other@acs.xmpp.test/1'
    for (const ask of [{ from }, {}]) await expect(bench.knock('odd', ask)).rejects.toBeInstanceOf(RefusedAtRest)
  })

  test('that ends for another reason may be tried again', async () => {
    const { bench, stop } = benchOver({ answers: [busy] })
    stop.abort(new Error('stopped'))
    for (let times = 0; times < 2; times++) await expect(bench.knock('ordinary')).rejects.toThrow('stopped')
  })
})

test('a boot of the device ends the streams that it cannot know any more', () => {
  const { timeline, streams, dropped } = benchOver()
  streams.push(stream(1, 'cpe'))
  timeline.add(bound('cpe'))
  timeline.add({ type: 'session-ended', session: 1, how: 'completed' })
  timeline.add(informed('', ['1 BOOT']))
  expect(dropped).toEqual([1])
})

describe('a stream bound after an entry', () => {
  test('is one of the device’s account, and later than that entry', async () => {
    const { bench, timeline, clock } = benchOver()
    const before = timeline.add(bound('cpe'))
    void clock.sleep(1000).then(() => timeline.add(bound('somebody')))
    void clock.sleep(2000).then(() => timeline.add(bound('cpe')))
    expect(await bench.boundAfter(before.seq, 5000)).toMatchObject({ at: 2000 })
    expect(await bench.boundAfter(0, 5000)).toMatchObject({ at: 0 })
    expect(clock.now()).toBe(2000)
  })

  test('may not come in time', async () => {
    const { bench, clock } = benchOver()
    expect(await bench.boundAfter(0, 5000)).toBeUndefined()
    expect(clock.now()).toBe(5000)
  })

  test('is not waited for when the run is stopped', async () => {
    const { bench, stop, clock } = benchOver()
    void clock.sleep(10).then(() => stop.abort(new Error('stopped')))
    await expect(bench.boundAfter(0, 5000)).rejects.toThrow('stopped')
  })
})

describe('the session that a request brings', () => {
  test('is looked for from the writing of that request on, and seen through', async () => {
    const { bench, calls } = benchOver({ answers: [busy, {}] })
    const outcome = await bench.knock('ordinary')
    calls.length = 0
    const written = outcome.seq - 1
    expect(await bench.seeSessionThrough(outcome)).toMatchObject({ session: 17 })
    expect(calls).toEqual([
      ['session after', written],
      ['end of session', 17],
    ])
  })

  test('is not waited for where the request was not accepted', async () => {
    const { bench, calls } = benchOver({ answers: ['silence'] })
    expect(await bench.seeSessionThrough(await bench.ask('odd'))).toBeUndefined()
    expect(calls).toEqual([])
  })
})
