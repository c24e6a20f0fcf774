import { describe, expect, test } from 'vitest'
import type { BenchParts, StunSide } from './bench-parts.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { createUdpRequester } from './connection-request/udp/requester.ts'
import { createTimestamps } from './connection-request/udp/timestamps.ts'
import { CwmpFault } from './cwmp/fault.ts'
import type { ParameterToSet, RpcSession } from './cwmp/rpcs.ts'
import type { DeviceFacts, UdpFacts } from './device/facts.ts'
import type { Findings } from './device/probe.ts'
import { profileSchema } from './device/profile.ts'
import { ListenError } from './listening/listen-error.ts'
import { asksForUdp, awaitBinding, beginUdp, firstUdpKnock } from './meet-udp.ts'
import type { StunLab } from './stun-lab.ts'
import type { Endpoint, NewEntry } from './timeline/entry.ts'
import { TimelineRecorder, WaitTimedOut } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import { stunCodes } from './timeline/stun-requests.ts'
import { entriesOf } from './timeline/timeline.ts'
import { unansweredAtRest } from './udp-bench.ts'

const credentials = { username: 'u', password: 'p' }
const found = { host: '192.0.2.10', port: 3478 }
const account = { username: 'cpe-1', password: 'the-secret-of-the-account' }
const device: Endpoint = { address: '192.0.2.7', port: 3000 }
const timing: DeviceFacts['timing'] = {
  idleMs: 2000,
  watchMs: 60_000,
  graceMs: 15_000,
  bootMs: 300_000,
  xmppConnectMs: 300_000,
  stunBindingMs: 90_000,
  rateLimitMs: 3_600_000,
}

/** A lab whose datagrams go into a list. */
function partsWith(profile: object = {}, open?: () => Promise<StunLab>) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const datagrams: { at: number; to: Endpoint }[] = []
  const sender = {
    endpoint: { address: '192.0.2.1', port: 3478 },
    async send(_: Buffer, to: Endpoint) {
      datagrams.push({ at: clock.now(), to })
    },
  }
  const timestamps = createTimestamps({ clock, last: () => 0 })
  const requester = createUdpRequester({ clock, timeline, sender, timestamps })
  const adopted: string[] = []
  const lab = {
    ...{ found, account, requester, server: sender },
    adopt: (address: string) => void adopted.push(address),
  } as unknown as StunLab
  let opened = 0
  const stun: StunSide = {
    lab,
    async open() {
      opened++
      return open === undefined ? lab : open()
    },
  }
  const parts = {
    ...{ clock, timeline, signal: stop.signal, profile: profileSchema.parse(profile), stun },
    acs: { openSessions: () => 0 },
  } as unknown as BenchParts
  const at = (ms: number, ...entries: NewEntry[]) =>
    void clock.sleep(ms).then(() => {
      for (const entry of entries) timeline.add(entry)
    })
  return { parts, clock, timeline, stop, at, datagrams, adopted, opened: () => opened }
}

const request = ({
  from = device,
  attributes = [stunCodes.connectionRequestBinding] as number[],
  ofDeviceUnderTest = true,
} = {}): NewEntry => ({
  type: 'stun-received',
  ...{ from, to: found as never, raw: { length: 0 }, problems: [], ofDeviceUnderTest },
  message: {
    ...{ code: 0x0001, name: 'Binding Request', transaction: '', magicCookie: false },
    attributes: attributes.map(code => ({ code, name: '', length: 0, hex: '' })),
  },
})

test.each([
  [{}, false],
  [{ stun: {} }, true],
  [{ features: { udp: true } }, true],
  [{ features: { udp: 'auto' } }, false],
  [{ features: { udp: 'auto' }, stun: {} }, true],
  [{ features: { udp: false } }, false],
  [{ features: { udp: false }, stun: {} }, false],
])('the profile asks for UDP in so many words: %j %s', (profile, asks) => {
  expect(asksForUdp(profileSchema.parse(profile))).toBe(asks)
})

describe('in the first session', () => {
  const findingsOf = (...names: string[]): Findings => ({
    ...{ deviceId: {}, cwmp: '', root: 'Device.', rpcMethods: [], bootstrapped: false },
    parameters: Object.fromEntries(
      names.map(name => [`Device.ManagementServer.${name}`, { value: '', writable: true }]),
    ),
  })
  const claiming = findingsOf('STUNEnable', 'UDPConnectionRequestAddress')
  const silent = findingsOf()

  /** A device that refuses to set parameters of these names. */
  function sessionOf(...refused: string[]) {
    const set: string[] = []
    const session = {
      async call(method: string, { parameters }: { parameters: ParameterToSet[] }) {
        const names = parameters.map(({ name }) => name.split('.').at(-1) ?? '')
        if (names.some(name => refused.includes(name)))
          throw new CwmpFault(method, { code: '9007', text: 'No', parameterFaults: [] })
        set.push(...names)
        return { status: 0 }
      },
    } as unknown as RpcSession
    return { session, set }
  }

  test('a device that the profile leaves out is left alone, whatever it says of itself', async () => {
    const { parts, opened } = partsWith({ features: { udp: false }, stun: {} })
    const { session, set } = sessionOf()
    expect(await beginUdp(parts, session, claiming)).toEqual({
      state: 'left-out',
      detail: 'The profile leaves UDP Connection Requests out.',
    })
    expect([set, opened()]).toEqual([[], 0])
  })

  test('a device that does not say that it has UDP is left alone', async () => {
    const { parts, opened } = partsWith()
    const { session, set } = sessionOf()
    expect(await beginUdp(parts, session, silent)).toEqual({
      state: 'not-claimed',
      detail: 'The device does not say that it has UDP Connection Requests.',
    })
    expect([set, opened()]).toEqual([[], 0])
  })

  test.each([
    ['that says that it has UDP', {}, claiming],
    ['of which the profile says so', { features: { udp: true } }, silent],
  ])(
    'a device %s is given the server, before it is known whether it will use it',
    async (_which, profile, findings) => {
      const { parts, timeline, opened } = partsWith(profile)
      const { session, set } = sessionOf()
      expect(await beginUdp(parts, session, findings)).toEqual({
        ...{ state: 'no-binding', detail: 'The device was given a STUN server.', server: found },
        keepAliveSeconds: 15,
      })
      expect(opened()).toBe(1)
      expect(set.at(-1)).toBe('STUNEnable')
      const noted = entriesOf(timeline, 'provisioned').flatMap(({ parameters }) => parameters)
      expect(noted).toContainEqual(
        expect.objectContaining({ name: expect.stringMatching(/STUNServerAddress$/), value: found.host }),
      )
    },
  )

  test('a device that takes no keep-alive period is known for none', async () => {
    const facts = await beginUdp(partsWith().parts, sessionOf('STUNMaximumKeepAlivePeriod').session, claiming)
    expect(facts.state).toBe('no-binding')
    expect(facts).not.toHaveProperty('keepAliveSeconds')
  })

  test.each(['STUNServerAddress', 'STUNEnable'])('a device that refuses %s says why', async name => {
    const facts = await beginUdp(partsWith().parts, sessionOf(name).session, claiming)
    expect(facts).toEqual({ state: 'not-provisioned', detail: expect.stringContaining('9007'), server: found })
  })

  test('a device whose server cannot be opened is told why', async () => {
    const cause = Object.assign(new Error('taken'), { code: 'EADDRINUSE' })
    const taken = new ListenError({ address: '0.0.0.0', port: 3478 }, cause, 'stun.listen')
    const { parts } = partsWith({}, () => Promise.reject(taken))
    const { session, set } = sessionOf()
    expect(await beginUdp(parts, session, claiming)).toEqual({ state: 'no-server', detail: taken.message })
    expect(taken.message).toContain('stun.listen')
    expect(set).toEqual([])
  })

  test('what else is wrong with the server is an error', async () => {
    const { parts } = partsWith({}, () => Promise.reject(new Error('broken')))
    await expect(beginUdp(parts, sessionOf().session, claiming)).rejects.toThrow('broken')
  })
})

const provisioned: UdpFacts = {
  ...{ state: 'no-binding', detail: 'The device was given a STUN server.', server: found },
  keepAliveSeconds: 15,
}
const deviceWith = (address?: string) => ({
  root: 'Device.' as const,
  timing,
  parameters:
    address === undefined
      ? {}
      : { 'Device.ManagementServer.UDPConnectionRequestAddress': { value: address, writable: false } },
})

describe('the binding of a device that was provisioned', () => {
  test('is where its first request with CONNECTION-REQUEST-BINDING comes from', async () => {
    const { parts, at, clock } = partsWith()
    at(1000, request({ ofDeviceUnderTest: false }))
    at(2000, request({ attributes: [], from: { ...device, port: 3001 } }))
    at(89_000, request())
    at(89_500, request({ from: { ...device, port: 3002 } }))
    expect(await awaitBinding(parts, provisioned, deviceWith())).toEqual({
      ...provisioned,
      state: 'bound',
      detail: 'The device sends Binding Requests from 192.0.2.7 port 3000.',
      binding: device,
    })
    expect(clock.now()).toBe(89_000)
  })

  test('may come from elsewhere, where a single host named nobody', async () => {
    const from = { address: '192.0.2.99', port: 1 }
    const { parts, at, clock, adopted } = partsWith()
    at(1000, request({ from, ofDeviceUnderTest: false }))
    at(91_000, request({ from }))
    expect(await awaitBinding(parts, provisioned, deviceWith())).toMatchObject({ state: 'bound', binding: from })
    expect(adopted).toEqual(['192.0.2.99'])
    expect(clock.now()).toBe(91_000)
  })

  test.each<[string, NewEntry[]]>([
    [
      'two hosts did',
      ['192.0.2.98', '192.0.2.99'].map(address => request({ from: { address, port: 1 }, ofDeviceUnderTest: false })),
    ],
    ['what came is not of Annex G', [request({ attributes: [], ofDeviceUnderTest: false })]],
  ])('comes from nowhere else where %s', async (_why, entries) => {
    const { parts, at, adopted } = partsWith()
    at(1000, ...entries)
    expect((await awaitBinding(parts, provisioned, deviceWith())).state).toBe('no-binding')
    expect(adopted).toEqual([])
  })

  test('may have come during the first session', async () => {
    const { parts, timeline, clock } = partsWith()
    timeline.add(request())
    expect((await awaitBinding(parts, provisioned, deviceWith())).state).toBe('bound')
    expect(clock.now()).toBe(0)
  })

  test.each([
    ['192.0.2.7:3000', device, false],
    ['192.0.2.7:9999', device, false],
    ['192.0.2.7', device, false],
    ['10.0.0.5:3000', device, true],
    ['[2001:db8::7]:3000', { address: '2001:db8::7', port: 3000 }, false],
    ['[2001:db8::8]:3000', { address: '2001:db8::7', port: 3000 }, true],
    ['2001:db8::7', { address: '2001:db8::7', port: 3000 }, false],
    ['[2001:DB8:0:0::7]:3000', { address: '2001:db8::7', port: 3000 }, false],
    ['[::ffff:192.0.2.7]:3000', device, false],
    ['[fe80::7]:3000', { address: 'fe80::7%eth0', port: 3000 }, false],
  ])('of one that has itself at %s shows whether there is a NAT', async (own, from, natted) => {
    const { parts, timeline } = partsWith()
    timeline.add(request({ from }))
    expect(await awaitBinding(parts, provisioned, deviceWith(own))).toMatchObject({ binding: from, natted })
  })

  test.each([undefined, '', ':3000', '0.0.0.0:3000', '[::]:3000', 'cpe.example:3000', 'http://192.0.2.7:3000'])(
    'of one that has itself nowhere (%j) shows nothing of a NAT',
    async own => {
      const { parts, timeline } = partsWith()
      timeline.add(request())
      expect(await awaitBinding(parts, provisioned, deviceWith(own))).not.toHaveProperty('natted')
    },
  )

  test.each(['left-out', 'not-claimed', 'no-server', 'not-provisioned'] as const)(
    'is not waited for where the state is %s',
    async state => {
      const { parts, clock } = partsWith()
      const facts = { state, detail: 'So it is.' }
      expect(await awaitBinding(parts, facts, deviceWith())).toBe(facts)
      expect(clock.now()).toBe(0)
    },
  )

  test('is waited for no longer than the run lasts', async () => {
    const { parts, clock, stop } = partsWith()
    void clock.sleep(10).then(() => stop.abort(new Error('stopped')))
    await expect(awaitBinding(parts, provisioned, deviceWith())).rejects.toThrow('stopped')
  })

  describe('that does not come is explained:', () => {
    const begin = 'The device sent no Binding Request with CONNECTION-REQUEST-BINDING within 1 min 30 s.'
    const other = request({ attributes: [] })
    const garbage: NewEntry = {
      type: 'datagram-received',
      ...{ from: device, to: device, raw: { length: 0 }, ofDeviceUnderTest: true, problem: 'it is empty' },
    }
    const elsewhere = { address: '192.0.2.99', port: 1 }
    const stranger = request({ from: elsewhere, ofDeviceUnderTest: false })
    const named = { ...stranger, username: 'somebody' }

    test.each<[string, NewEntry[], string]>([
      [
        'nothing arrived',
        [],
        'Nothing arrived at 192.0.2.10 port 3478 (UDP): check the route and that no firewall blocks UDP.',
      ],
      ['it sent others', [other], 'It sent others; the timeline has them.'],
      ['it and another device sent others', [named, other], 'It sent others; the timeline has them.'],
      ['what arrived is no STUN', [garbage], '192.0.2.7 sent what is no STUN message; the timeline has it.'],
      [
        'another device sent some',
        [garbage, named],
        '192.0.2.99 sent some, from where the device does not call the ACS.',
      ],
    ])('%s', async (_why, entries, explanation) => {
      const { parts, at, clock } = partsWith()
      at(1000, ...entries)
      expect(await awaitBinding(parts, provisioned, deviceWith())).toEqual({
        ...provisioned,
        detail: `${begin} ${explanation}`,
      })
      expect(clock.now()).toBe(90_000)
    })
  })
})

describe('the first UDP request', () => {
  const bound: UdpFacts = { ...provisioned, state: 'bound', detail: 'It is bound.', binding: device }
  const opened = (attemptAt: number, events = ['6 CONNECTION REQUEST'], ofDeviceUnderTest = true): NewEntry => ({
    type: 'session-opened',
    ...{ session: 9, connection: 1, exchange: 1, attemptAt, attemptBasis: 'connection', cwmp: '', problems: [] },
    inform: { deviceId: {}, events: events.map(eventCode => ({ eventCode, commandKey: '' })), parameters: [] },
    ofDeviceUnderTest,
  })
  const over: NewEntry = { type: 'session-ended', session: 9, how: 'completed' }

  /** Knocks at a bound device, while these entries come at their times. */
  async function knocked(...then: [ms: number, entry: NewEntry][]) {
    const made = partsWith()
    made.timeline.add(request())
    for (const [ms, entry] of then) made.at(ms, entry)
    const facts = await firstUdpKnock(made.parts, bound, { credentials, timing })
    return { facts, ...made }
  }

  test('is an ordinary one to where the device was seen', async () => {
    const { timeline } = await knocked([700, opened(690)], [900, over])
    expect(entriesOf(timeline, 'udp-cr-sent')).toMatchObject([
      { label: 'first UDP request', to: device, authorised: true, un: 'u', copy: 1 },
      { copy: 2 },
      { copy: 3 },
    ])
  })

  test('brings a session, whose delay is measured from the first copy, and which is seen through', async () => {
    const { facts, clock } = await knocked([700, opened(690)], [900, over])
    expect(facts).toEqual({ ...bound, timeToSessionMs: 690 })
    expect(clock.now()).toBe(900)
  })

  test('may bring its session between its copies', async () => {
    const { facts, datagrams } = await knocked([100, opened(90)], [150, over])
    expect(facts.timeToSessionMs).toBe(90)
    expect(datagrams).toHaveLength(3)
  })

  test('is repeated after rests while no session comes', async () => {
    const { facts, timeline, datagrams } = await knocked([60_700, opened(60_690)], [60_900, over])
    expect(datagrams.map(({ at }) => at)).toEqual([0, 200, 600, 60_600, 60_800, 61_200])
    expect(facts.timeToSessionMs).toBe(90)
    expect(entriesOf(timeline, 'mark').map(({ name }) => name)).toEqual([unansweredAtRest])
  })

  test('without any session is known for it after three requests', async () => {
    const { facts, datagrams } = await knocked()
    expect(facts).toEqual(bound)
    expect(datagrams).toHaveLength(9)
  })

  test.each([
    ['for another reason', opened(690, ['2 PERIODIC'])],
    ['of another device', opened(690, ['6 CONNECTION REQUEST'], false)],
  ])('is not answered by a session %s', async (_which, session) => {
    expect((await knocked([700, session], [900, over])).facts).toEqual(bound)
  })

  test('with a session that does not end is no such request', async () => {
    await expect(knocked([700, opened(690)])).rejects.toBeInstanceOf(WaitTimedOut)
  })

  test.each([provisioned, { state: 'left-out', detail: '' } as UdpFacts])(
    'is not sent to a device without a binding',
    async facts => {
      const { parts, datagrams } = partsWith()
      expect(await firstUdpKnock(parts, facts, { credentials, timing })).toBe(facts)
      expect(datagrams).toEqual([])
    },
  )

  test('ends with the run', async () => {
    const { parts, timeline, clock, stop } = partsWith()
    timeline.add(request())
    void clock.sleep(10_000).then(() => stop.abort(new Error('stopped')))
    await expect(firstUdpKnock(parts, bound, { credentials, timing })).rejects.toThrow('stopped')
    expect(clock.now()).toBe(10_000)
  })
})
