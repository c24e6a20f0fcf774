import { describe, expect, test } from 'vitest'
import type { BenchParts } from './bench.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import { createUdpRequester } from './connection-request/udp/requester.ts'
import { udpSignature } from './connection-request/udp/signature.ts'
import { createTimestamps } from './connection-request/udp/timestamps.ts'
import type { DeviceFacts } from './device/facts.ts'
import type { StunLab } from './stun-lab.ts'
import type { Endpoint, EntryOf, NewEntry } from './timeline/entry.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import { stunCodes } from './timeline/stun-requests.ts'
import { entriesOf } from './timeline/timeline.ts'
import {
  attemptsAtRest,
  createUdpBench,
  hostAndPort,
  sameEndpoint,
  type UdpBench,
  unansweredAtRest,
} from './udp-bench.ts'

const idleMs = 2000
const waitMs = 45_000
const device: Endpoint = { address: '192.0.2.7', port: 3000 }
const server: Endpoint = { address: '192.0.2.1', port: 3478 }
const primary = [stunCodes.connectionRequestBinding]

const request = (from: Endpoint, attributes: number[] = primary, ofDeviceUnderTest = true): NewEntry => ({
  type: 'stun-received',
  ...{ from, to: server, raw: { length: 0 }, problems: [], ofDeviceUnderTest },
  message: {
    ...{ code: 0x0001, name: 'Binding Request', transaction: '', magicCookie: false },
    attributes: attributes.map(code => ({ code, name: '', length: 0, hex: '' })),
  },
})
const answer = (answers: number, to: Endpoint, mapped?: Endpoint): NewEntry => ({
  type: 'stun-sent',
  ...{ to, answers, raw: { length: 0 }, ...(mapped === undefined ? {} : { mapped }) },
  message: { code: 0x0101, name: 'Binding Response', transaction: '', magicCookie: false, attributes: [] },
})

/** The verbs over a device that calls after the requests with these numbers, and after those times. */
function benchOver({ callsAfter, bound = true }: { callsAfter?: Record<number, number>; bound?: boolean } = {}) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const datagrams: { at: number; text: string; to: Endpoint }[] = []
  const ended: number[] = []
  const credentials = { username: 'u', password: 'p' }
  const sender = {
    endpoint: server,
    async send(datagram: Buffer, to: Endpoint) {
      datagrams.push({ at: clock.now(), text: datagram.toString(), to })
    },
  }
  const timestamps = createTimestamps({ clock, last: () => 0 })
  const requester = createUdpRequester({ clock, timeline, sender, timestamps })
  const udp = createUdpBench({
    parts: { clock, timeline, signal: stop.signal, acs: { openSessions: () => 0 } } as unknown as BenchParts,
    timing: { idleMs } as DeviceFacts['timing'],
    lab: { requester, server: { endpoint: server } } as unknown as StunLab,
    credentials: () => credentials,
    async connectionRequestSessionAfter(seq) {
      const sent = timeline.entries[seq - 1]
      expect(sent).toMatchObject({ type: 'udp-cr-sent', copy: 1 })
      const { request: number } = sent as EntryOf<'udp-cr-sent'>
      const after = callsAfter?.[number]
      await clock.sleep(after ?? waitMs, stop.signal)
      return after === undefined ? undefined : ({ session: number } as EntryOf<'session-opened'>)
    },
    async sessionEnd(id) {
      await clock.sleep(100)
      ended.push(id)
    },
  })
  const add = (entry: NewEntry) => timeline.add(entry).seq
  const tell = (from: Endpoint, mapped: Endpoint) => add(answer(add(request(from)), from, mapped))
  if (bound) tell(device, device)
  const sent = () => entriesOf(timeline, 'udp-cr-sent')
  return { udp, clock, timeline, stop, datagrams, ended, credentials, add, tell, sent }
}

const refusal = (udp: UdpBench) => {
  try {
    udp.target()
    return undefined
  } catch (error) {
    return error
  }
}

describe('where a request goes', () => {
  test('is where the newest primary request came from, with the address that the device was told', () => {
    const { udp, tell } = benchOver()
    const mapped = { address: '198.51.100.1', port: 6000 }
    tell(device, mapped)
    expect(udp.target()).toEqual({ to: device, authority: '198.51.100.1:6000' })
  })

  test('follows the device to another port', () => {
    const { udp, tell } = benchOver()
    tell({ ...device, port: 3001 }, { address: '198.51.100.1', port: 6001 })
    expect(udp.target()).toEqual({ to: { ...device, port: 3001 }, authority: '198.51.100.1:6001' })
  })

  test('is the newest address that was told, also while a newer request has no answer', () => {
    const { udp, tell, add } = benchOver()
    tell(device, { address: '198.51.100.1', port: 6000 })
    tell(device, { address: '198.51.100.1', port: 6001 })
    add(request(device))
    expect(udp.target().authority).toBe('198.51.100.1:6001')
  })

  test('is named by where the request came from where nothing was told there', () => {
    const { udp, add } = benchOver()
    const from = { address: '2001:db8::7', port: 3000 }
    add(answer(add(request(from)), from))
    expect(udp.target()).toEqual({ to: from, authority: '[2001:db8::7]:3000' })
  })

  test('is not that of a secondary port, nor of another device', () => {
    const { udp, add } = benchOver()
    add(request({ ...device, port: 3001 }, []))
    add(request({ ...device, port: 3002 }, primary, false))
    expect(udp.target()).toEqual({ to: device, authority: '192.0.2.7:3000' })
  })

  test('is not what a secondary port was told by way of RESPONSE-ADDRESS', () => {
    const { udp, add } = benchOver()
    const secondary = { ...device, port: 3001 }
    const probe = add(request(secondary, [stunCodes.responseAddress]))
    add(answer(probe, device, secondary))
    expect(udp.target()).toEqual({ to: device, authority: '192.0.2.7:3000' })
  })

  test('is not known where no primary request was seen', () => {
    const { udp, add } = benchOver({ bound: false })
    add(request(device, []))
    expect(refusal(udp)).toBeInstanceOf(ConditionsNotMet)
    expect(refusal(udp)).toMatchObject({ message: 'No Binding Request of the device has been seen.' })
  })
})

describe('asking', () => {
  test('sends the ordinary request once, with the credentials of the moment, not meant to be accepted', async () => {
    const { udp, sent, datagrams, credentials, clock } = benchOver()
    credentials.password = 'changed'
    const { request: number } = await udp.ask('odd')
    expect(number).toBe(1)
    expect(clock.now()).toBe(600)
    expect(sent()).toMatchObject([{ label: 'odd', authorised: false, to: device, un: 'u' }, { copy: 2 }, { copy: 3 }])
    const { ts = '', id = '', un = '', cn = '' } = sent()[0] ?? {}
    expect(datagrams[0]?.text).toContain(`&sig=${udpSignature('changed', { ts, id, un, cn })} `)
    expect(datagrams[0]?.text).toContain('\r\nHost: 192.0.2.7:3000\r\n')
  })

  test('sends what a scenario wants otherwise', async () => {
    const { udp, sent, datagrams } = benchOver()
    const other: { text: string; to: Endpoint }[] = []
    const to = { address: '192.0.2.9', port: 9 }
    await udp.ask('odd', {
      authorised: true,
      defects: { method: 'POST', without: 'sig' },
      credentials: { username: 'somebody', password: 'x' },
      copiesAfterMs: [0, 10],
      target: { to, authority: 'h:1' },
      sender: {
        endpoint: { ...server, port: 4000 },
        async send(datagram, place) {
          other.push({ text: datagram.toString(), to: place })
        },
      },
    })
    expect(datagrams).toEqual([])
    expect(other.map(each => each.to)).toEqual([to, to])
    expect(other[0]?.text).toMatch(/^POST http:\/\/h:1\?ts=\d+&id=\w+&un=somebody&cn=\w+ HTTP/)
    expect(sent()).toMatchObject([{ authorised: true, from: { port: 4000 }, copies: 2 }, { copy: 2 }])
  })

  test('needs no binding where it is told where to go', async () => {
    const { udp, sent } = benchOver({ bound: false })
    await udp.ask('odd', { target: { to: device, authority: 'h:1' } })
    expect(sent()).toHaveLength(3)
  })

  test('without a binding is not possible', async () => {
    const { udp, sent } = benchOver({ bound: false })
    await expect(async () => udp.ask('odd')).rejects.toBeInstanceOf(ConditionsNotMet)
    expect(sent()).toEqual([])
  })
})

describe('knocking', () => {
  test('is one request at rest that should be accepted, and its session is seen through', async () => {
    const { udp, timeline, clock, sent, ended } = benchOver({ callsAfter: { 1: 700 } })
    timeline.add({ type: 'session-ended', session: 9, how: 'completed' })
    await clock.sleep(500)
    const knock = await udp.knock('ordinary')
    expect(knock).toMatchObject({ attempts: 1, session: { session: 1 }, sent: { request: 1 } })
    expect(sent().map(({ at, authorised }) => [at, authorised])).toEqual([
      [idleMs, true],
      [idleMs + 200, true],
      [idleMs + 600, true],
    ])
    expect(ended).toEqual([1])
    expect(entriesOf(timeline, 'mark')).toEqual([])
  })

  test('is repeated after a rest where no session came, and that is marked', async () => {
    const { udp, timeline, sent } = benchOver({ callsAfter: { 2: 700 } })
    expect(await udp.knock('ordinary')).toMatchObject({ attempts: 2, session: { session: 2 }, sent: { request: 2 } })
    const [first, second] = [sent()[0], sent()[3]]
    expect(second?.at).toBe(600 + 60_000)
    expect(Number(second?.ts)).toBeGreaterThan(Number(first?.ts))
    expect(second?.id).not.toBe(first?.id)
    expect(entriesOf(timeline, 'mark')).toMatchObject([{ name: unansweredAtRest, data: { request: 1 } }])
  })

  test('rests for as long as the device needs after what it was last busy with', async () => {
    const { udp, sent, add, clock } = benchOver({ callsAfter: { 2: 700 } })
    void clock.sleep(40_000).then(() => add({ type: 'session-ended', session: 9, how: 'completed' }))
    await udp.knock('ordinary')
    expect(sent()[3]?.at).toBe(100_000)
  })

  test('is given up after three requests', async () => {
    const { udp, timeline, sent, ended } = benchOver()
    const knock = await udp.knock('ordinary')
    expect(knock).toMatchObject({ attempts: attemptsAtRest, session: undefined, sent: { request: 3 } })
    expect(new Set(sent().map(({ request: number }) => number)).size).toBe(3)
    expect(entriesOf(timeline, 'mark').map(({ data }) => data)).toEqual([{ request: 1 }, { request: 2 }])
    expect(ended).toEqual([])
  })

  test('changes the digits of the signature until a device hears it, and keeps those', async () => {
    const { udp, datagrams } = benchOver({ callsAfter: { 2: 10, 3: 10 } })
    await udp.knock('ordinary')
    await udp.knock('ordinary')
    const signatures = datagrams.map(({ text }) => /sig=([0-9a-fA-F]{40})/.exec(text)?.[1] ?? '')
    const [first = '', second = '', third = ''] = [signatures[0], signatures[3], signatures[6]]
    expect(first).toBe(first.toUpperCase())
    for (const small of [second, third]) expect(small).toBe(small.toLowerCase())
  })

  test('leaves the digits as they are where a scenario signs', async () => {
    const { udp } = benchOver({ callsAfter: { 2: 10 } })
    await udp.knock('odd', { defects: { sign: () => 'a'.repeat(40) } })
    expect(udp.lab.requester.digits).toBe('capital')
  })

  test('follows the device that has moved meanwhile', async () => {
    const { udp, clock, tell, sent } = benchOver({ callsAfter: { 2: 10 } })
    void clock.sleep(30_000).then(() => tell({ ...device, port: 3001 }, { ...device, port: 3001 }))
    await udp.knock('ordinary')
    expect([sent()[0]?.to.port, sent()[3]?.to.port]).toEqual([3000, 3001])
  })

  test('may be another request', async () => {
    const { udp, sent } = benchOver({ callsAfter: { 1: 0 } })
    await udp.knock('odd', { authorised: false, copiesAfterMs: [0] })
    expect(sent()).toMatchObject([{ authorised: false, copies: 1 }])
  })

  test('without a binding is not possible', async () => {
    await expect(benchOver({ bound: false }).udp.knock('ordinary')).rejects.toBeInstanceOf(ConditionsNotMet)
  })

  test('ends with the run', async () => {
    const { udp, stop, clock } = benchOver()
    void clock.sleep(20_000).then(() => stop.abort(new Error('stopped')))
    await expect(udp.knock('ordinary')).rejects.toThrow('stopped')
    expect(clock.now()).toBe(20_000)
  })
})

describe('calling', () => {
  test('is over as soon as the session is open', async () => {
    const { udp, ended, clock } = benchOver({ callsAfter: { 1: 700 } })
    expect(await udp.call('ordinary')).toBe(true)
    expect(ended).toEqual([])
    expect(clock.now()).toBe(1300)
  })

  test('says that no session came, after three requests', async () => {
    const { udp, sent } = benchOver()
    expect(await udp.call('ordinary')).toBe(false)
    expect(sent()).toHaveLength(9)
    expect(sent().every(({ authorised }) => authorised)).toBe(true)
  })
})

describe('a STUN request after an entry', () => {
  test('is one of the device, later than that entry, that fits', async () => {
    const { udp, clock, add, timeline } = benchOver()
    const before = timeline.lastSeq
    void clock.sleep(1000).then(() => add(request(device, primary, false)))
    void clock.sleep(2000).then(() => add(request(device, [])))
    void clock.sleep(3000).then(() => add(request(device)))
    expect(await udp.stunAfter(before, 5000)).toMatchObject({ at: 2000 })
    expect(await udp.primaryAfter(before, 5000)).toMatchObject({ at: 3000 })
    expect(await udp.stunAfter(before, 5000, ({ at }) => at > 2500)).toMatchObject({ at: 3000 })
    expect(await udp.stunAfter(0, 5000)).toMatchObject({ at: 0 })
    expect(clock.now()).toBe(3000)
  })

  test('may not come in time', async () => {
    const { udp, clock, timeline } = benchOver()
    expect(await udp.primaryAfter(timeline.lastSeq, 5000)).toBeUndefined()
    expect(clock.now()).toBe(5000)
  })

  test('is not waited for when the run is stopped', async () => {
    const { udp, stop, clock, timeline } = benchOver()
    void clock.sleep(10).then(() => stop.abort(new Error('stopped')))
    await expect(udp.stunAfter(timeline.lastSeq, 5000)).rejects.toThrow('stopped')
  })
})

test('places are written with brackets where they need them, and are the same in both parts only', () => {
  expect(hostAndPort(device)).toBe('192.0.2.7:3000')
  expect(hostAndPort({ address: '2001:db8::1', port: 1 })).toBe('[2001:db8::1]:1')
  expect(sameEndpoint(device, { ...device })).toBe(true)
  expect(sameEndpoint(device, { ...device, port: 1 })).toBe(false)
  expect(sameEndpoint(device, { ...device, address: '192.0.2.8' })).toBe(false)
})
