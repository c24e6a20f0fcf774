import { describe, expect, test } from 'vitest'
import type { BenchParts, XmppSide } from './bench-parts.ts'
import type { Clock } from './clock/clock.ts'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { ComponentRefused } from './connection-request/xmpp/component-connection.ts'
import type { XmppRequestOptions } from './connection-request/xmpp/requester.ts'
import { CwmpFault } from './cwmp/fault.ts'
import type { RpcSession } from './cwmp/rpcs.ts'
import type { DeviceFacts, XmppFacts } from './device/facts.ts'
import type { Findings } from './device/probe.ts'
import { profileSchema } from './device/profile.ts'
import { ListenError } from './listening/listen-error.ts'
import { asksForXmpp, awaitXmppStream, beginXmpp, firstXmppKnock } from './meet-xmpp.ts'
import type { EntryOf, NewEntry, ParameterValue } from './timeline/entry.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { keepSecrets } from './timeline/redactor.ts'
import { entriesOf } from './timeline/timeline.ts'
import { CertificateUnreadable } from './tls/tls-identity.ts'
import type { XmppLab } from './xmpp-lab.ts'

const row = 'Device.XMPP.Connection.1.'
const jid = 'cpe@xmpp.test/connreq'
const credentials = { username: 'u', password: 'p' }
const device = { root: 'Device.' as const, connectionRequestUrl: 'http://192.0.2.1:30005/', credentials }
const timing: DeviceFacts['timing'] = {
  idleMs: 2000,
  watchMs: 60_000,
  graceMs: 15_000,
  bootMs: 300_000,
  xmppConnectMs: 300_000,
  stunBindingMs: 90_000,
  rateLimitMs: 3_600_000,
}

/** A lab whose server is ours unless `external`; what is sent is answered by `answer`. */
function labWith(options: { external?: boolean; answer?: (request: XmppRequestOptions) => Promise<unknown> } = {}) {
  const sent: XmppRequestOptions[] = []
  const lab = {
    server: options.external ? undefined : {},
    requester: {
      async send(request: XmppRequestOptions) {
        sent.push(request)
        return { outcome: Promise.resolve(await options.answer?.(request)) }
      },
    },
    account: { username: 'cpe', password: 'secret', resource: 'connreq' },
    domain: 'xmpp.test',
    found: { host: '192.0.2.10', port: 5222 },
    senders: 'acs.xmpp.test',
    caFile: '/tmp/ca.pem',
    useTls: true,
  } as unknown as XmppLab
  return { lab, sent }
}

const sideOf = (lab: XmppLab | undefined, open = async () => lab as XmppLab): XmppSide => ({ lab, open })

function partsWith(lab: XmppLab | undefined, profile: object = {}) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const stop = new AbortController()
  const parts = {
    clock,
    timeline,
    signal: stop.signal,
    profile: profileSchema.parse(profile),
    acs: { openSessions: () => 0, plan: () => ({ done: Promise.resolve(), cancel: () => undefined }) },
    requester: { knock: async () => undefined },
    xmpp: sideOf(lab),
  } as unknown as BenchParts
  const at = (ms: number, ...entries: NewEntry[]) =>
    void clock.sleep(ms).then(() => {
      for (const entry of entries) timeline.add(entry)
    })
  return { parts, clock, timeline, stop, at }
}

test.each([
  [{}, false],
  [{ xmpp: {} }, true],
  [{ features: { xmpp: true } }, true],
  [{ features: { xmpp: false } }, false],
  [{ features: { xmpp: false }, xmpp: {} }, false],
])('the profile asks for XMPP in so many words: %j %s', (profile, asks) => {
  expect(asksForXmpp(profileSchema.parse(profile))).toBe(asks)
})

describe('in the first session', () => {
  const findingsOf = (methods?: string): Findings => ({
    deviceId: {},
    cwmp: '',
    root: 'Device.',
    rpcMethods: [],
    bootstrapped: false,
    parameters:
      methods === undefined
        ? {}
        : { 'Device.ManagementServer.SupportedConnReqMethods': { value: methods, writable: false } },
  })

  /** A device with one row; `refused` are the methods that it answers with a fault. */
  const sessionOf = (...refused: string[]) =>
    ({
      async call(method: string) {
        if (refused.includes(method)) throw new CwmpFault(method, { code: '9005', text: 'No', parameterFaults: [] })
        if (method === 'AddObject') return { instanceNumber: 1, status: 0 }
        if (method === 'GetParameterNames') return { parameters: [{ name: `${row}Enable`, writable: true }] }
        if (method === 'GetParameterValues') return { parameters: [{ name: `${row}Enable`, value: '0' }] }
        return { status: 0 }
      },
    }) as unknown as RpcSession

  async function begun(
    options: {
      profile?: object
      methods?: string
      refused?: string[]
      external?: boolean
      open?: () => Promise<XmppLab>
    } = {},
  ) {
    const { lab } = labWith({ external: options.external === true })
    const { parts } = partsWith(lab, options.profile)
    const side = sideOf(undefined, options.open ?? (async () => lab))
    const findings = findingsOf(options.methods)
    const facts = await beginXmpp({ ...parts, xmpp: side }, sessionOf(...(options.refused ?? [])), findings)
    return { facts, findings }
  }

  const neverOpened = () => Promise.reject(new Error('nobody asked for a server'))

  test('XMPP that the profile leaves out is left out, whatever the device says', async () => {
    const { facts } = await begun({ profile: { features: { xmpp: false } }, methods: 'XMPP', open: neverOpened })
    expect(facts).toMatchObject({ state: 'left-out', detail: expect.stringContaining('profile') })
  })

  test.each([undefined, 'HTTP'])('a device that does not claim it (%s) gets no server opened', async methods => {
    const { facts } = await begun({ ...(methods === undefined ? {} : { methods }), open: neverOpened })
    expect(facts.state).toBe('not-claimed')
  })

  test('the profile may claim it for the device', async () => {
    expect((await begun({ profile: { features: { xmpp: true } } })).facts.state).toBe('not-connected')
  })

  test.each([
    new ListenError(
      { address: '0.0.0.0', port: 5222 },
      Object.assign(new Error(), { code: 'EADDRINUSE' }),
      'xmpp.listen',
    ),
    new ComponentRefused('It does not let us in.'),
    new CertificateUnreadable('It cannot be read.'),
  ])('a server that cannot be had is told: $name', async problem => {
    const { facts } = await begun({ methods: 'XMPP', open: () => Promise.reject(problem) })
    expect(facts).toEqual({ state: 'no-server', detail: problem.message })
  })

  test('an error of the harness is none of the device’s', async () => {
    const open = () => Promise.reject(new TypeError('of ours'))
    await expect(begun({ methods: 'XMPP', open })).rejects.toThrow('of ours')
  })

  test('a device that takes no row and has none is not provisioned', async () => {
    const { facts } = await begun({ methods: 'XMPP', refused: ['AddObject', 'GetParameterValues'] })
    expect(facts).toMatchObject({ state: 'not-provisioned', server: 'embedded' })
    expect(facts.detail).toContain('lets no XMPP.Connection be added')
    expect(facts.connection).toBeUndefined()
  })

  test('a device that refuses its settings is not provisioned, and its new row is known', async () => {
    const { facts } = await begun({ methods: 'XMPP', refused: ['SetParameterValues'] })
    expect(facts).toMatchObject({
      state: 'not-provisioned',
      detail: expect.stringContaining('9005'),
      connection: { path: row, created: true },
    })
  })

  test('a device that takes all is yet to connect', async () => {
    const { facts, findings } = await begun({ methods: 'HTTP,XMPP', external: true })
    expect(facts).toMatchObject({ state: 'not-connected', server: 'external', connection: { path: row } })
    expect(findings.parameters).toHaveProperty([`${row}Enable`])
  })
})

const provisioned: XmppFacts = {
  state: 'not-connected',
  detail: 'The device was given an XMPP connection.',
  server: 'embedded',
  connection: { path: row, created: true, parameters: {} },
}
const place = { address: '192.0.2.7', port: 40_000 }
const accepted = (connection: number): NewEntry => ({
  type: 'xmpp-connection-accepted',
  ...{ connection, for: 'clients', from: place, to: place, handling: 'served' },
})
const bound = (username = 'cpe'): NewEntry => ({
  type: 'xmpp-bound',
  ...{ connection: 1, stream: 's', username, jid, tls: true },
})
const informed = (
  events: string[],
  parameters: ParameterValue[],
  ofDeviceUnderTest = true,
  attemptAt = 0,
): NewEntry => ({
  type: 'session-opened',
  ...{ session: 9, connection: 1, exchange: 1, attemptAt, attemptBasis: 'connection', cwmp: '', problems: [] },
  inform: { deviceId: {}, events: events.map(eventCode => ({ eventCode, commandKey: '' })), parameters },
  ofDeviceUnderTest,
})
describe('the stream of a device that was provisioned', () => {
  test('is the one that binds for its account', async () => {
    const { parts, at, clock } = partsWith(labWith().lab)
    at(1000, bound('somebody else'))
    at(299_000, bound())
    expect(await awaitXmppStream(parts, provisioned, device)).toEqual({
      ...provisioned,
      state: 'connected',
      detail: `The device is connected as ${jid}.`,
      jid,
    })
    expect(clock.now()).toBe(299_000)
  })

  test('may have come during the first session', async () => {
    const { parts, timeline, clock } = partsWith(labWith().lab)
    timeline.add(bound())
    expect((await awaitXmppStream(parts, provisioned, device)).state).toBe('connected')
    expect(clock.now()).toBe(0)
  })

  test.each(['left-out', 'not-claimed', 'no-server', 'not-provisioned'] as const)(
    'is not waited for where the state is %s',
    async state => {
      const { parts, clock } = partsWith(labWith().lab)
      const facts = { state, detail: 'So it is.' }
      expect(await awaitXmppStream(parts, facts, device)).toBe(facts)
      expect(clock.now()).toBe(0)
    },
  )

  test('is waited for no longer than the run lasts', async () => {
    const { parts, clock, stop } = partsWith(labWith().lab)
    void clock.sleep(10).then(() => stop.abort(new Error('stopped')))
    await expect(awaitXmppStream(parts, provisioned, device)).rejects.toThrow('stopped')
  })

  describe('that does not come is explained:', () => {
    async function absence(entries: NewEntry[], external = false) {
      const { parts, at, clock } = partsWith(labWith({ external }).lab)
      at(1000, ...entries)
      const facts = await awaitXmppStream(parts, provisioned, device)
      expect(facts.state).toBe('not-connected')
      expect(facts.jid).toBeUndefined()
      expect(clock.now()).toBe(300_000)
      return facts.detail
    }
    const authenticated = (condition?: string): NewEntry => ({
      type: 'xmpp-authenticated',
      ...{ connection: 1, mechanism: 'SCRAM-SHA-1', username: 'cpe', ok: condition === undefined, tls: true },
      ...(condition === undefined ? {} : { condition }),
    })
    const tlsFailed: NewEntry = { type: 'xmpp-tls-failed', connection: 1, reason: 'unknown ca' }

    test('nothing connected', async () => {
      expect(await absence([])).toBe(
        'The device bound no XMPP stream within 5 min. Nothing connected to 192.0.2.10 port 5222: check the route, the firewall, and that the device resolves xmpp.test (SRV _xmpp-client._tcp.xmpp.test) or has a server table.',
      )
    })

    test('only a component connected', async () => {
      const component = { ...accepted(1), for: 'components' } as NewEntry
      expect(await absence([component])).toContain('Nothing connected to')
    })

    test('TLS failed', async () => {
      expect(await absence([accepted(1), tlsFailed])).toContain(
        'TLS failed (unknown ca): does the device trust /tmp/ca.pem?',
      )
    })

    test('its credentials were refused', async () => {
      expect(await absence([accepted(1), authenticated('not-authorized')])).toContain(
        'It was refused (not-authorized) as "cpe" by SCRAM-SHA-1.',
      )
    })

    test('it went on in another way than to a bound stream', async () => {
      expect(await absence([accepted(1), authenticated()])).toContain('It connected once; the timeline has')
      expect(await absence([accepted(1), accepted(2)])).toContain('It connected 2 times; the timeline has')
    })

    test('with a server that is not ours', async () => {
      expect(await absence([], true)).toBe(
        'The device had no ConnReqJabberID within 5 min. Check that it reaches 192.0.2.10 port 5222 and that its account cpe exists there.',
      )
    })
  })

  describe('on a server that is not ours is read from the device', () => {
    /** Sessions come at these times and tell these values of ConnReqJabberID. */
    async function read(values: Record<number, string | CwmpFault>) {
      const { parts, clock } = partsWith(labWith({ external: true }).lab)
      let script: ((session: RpcSession) => Promise<void>) | undefined
      const knocks: number[] = []
      Object.assign(parts, {
        acs: {
          plan: (plan: { script: typeof script }) => {
            script = plan.script
            return { done: Promise.resolve(), cancel: () => undefined }
          },
        },
        requester: { knock: async () => void knocks.push(clock.now()) },
      })
      for (const [at, value] of Object.entries(values))
        void clock.sleep(Number(at)).then(() =>
          script?.({
            call: async () => {
              if (value instanceof CwmpFault) throw value
              return { parameters: [{ name: 'Device.ManagementServer.ConnReqJabberID', value }] }
            },
          } as unknown as RpcSession),
        )
      const { state, jid: found } = await awaitXmppStream(parts, provisioned, device)
      return { state, found, knocks, at: clock.now() }
    }

    test('in a session that comes by itself', async () => {
      expect(await read({ 5000: '', 6000: jid })).toEqual({ state: 'connected', found: jid, knocks: [], at: 6000 })
    })

    test('in sessions that are asked for where none comes', async () => {
      const seen = await read({ 40_000: jid })
      expect(seen).toMatchObject({ state: 'connected', found: jid, knocks: [10_000, 30_000] })
    })

    test('and it is not connected where the value stays empty, or cannot be read', async () => {
      const fault = new CwmpFault('GetParameterValues', { code: '9005', text: 'Invalid name', parameterFaults: [] })
      expect(await read({ 5000: '', 70_000: fault })).toMatchObject({ state: 'not-connected', at: 300_000 })
    })
  })
})

describe('the first XMPP request', () => {
  const connected: XmppFacts = { ...provisioned, state: 'connected', jid }
  const requested = (attemptAt = 0, ofDeviceUnderTest = true) =>
    informed(['6 CONNECTION REQUEST'], [], ofDeviceUnderTest, attemptAt)
  const over: NewEntry = { type: 'session-ended', session: 9, how: 'completed' }
  type Answer = Partial<EntryOf<'xmpp-cr-answered'>>

  /** Knocks at a device that answers so, one answer after the other, and then does `then`. */
  async function knocked(answers: (Answer | 'silence')[], then: [ms: number, entry: NewEntry][] = []) {
    let timeline: TimelineRecorder | undefined
    let clock: Clock | undefined
    const answer = async ({ label, to, from, authorised }: XmppRequestOptions) => {
      const request = entriesOf(timeline as TimelineRecorder, 'xmpp-cr-sent').length + 1
      const next = answers[Math.min(request, answers.length) - 1] ?? 'silence'
      const common = { request, id: `i-${request}`, raw: { length: 0 } }
      const sentAt = (clock as Clock).now()
      timeline?.add({ type: 'xmpp-cr-sent', ...common, label, from, to, form: 'iq get', authorised })
      for (const [ms, entry] of then) {
        if (ms === 0) timeline?.add(entry)
        else void clock?.sleep(ms).then(() => timeline?.add(entry))
      }
      if (next === 'silence')
        return timeline?.add({ type: 'xmpp-cr-unanswered', ...common, waitedMs: 10_000, reason: 'timeout' })
      return timeline?.add({
        type: 'xmpp-cr-answered',
        ...common,
        ...{ kind: 'result', content: [], answeredBy: 'device', nth: 1, sentAt, receivedAt: sentAt, ...next },
      })
    }
    const { lab, sent } = labWith({ answer })
    const made = partsWith(lab)
    timeline = made.timeline
    clock = made.clock
    const facts = await firstXmppKnock(made.parts, connected, { credentials, timing })
    return { facts, sent, ...made }
  }

  test('is an ordinary one from the ACS to the JID that was bound', async () => {
    const { sent } = await knocked(['silence'])
    expect(sent).toEqual([
      {
        label: 'first XMPP request',
        to: jid,
        from: 'connreq@acs.xmpp.test/acs',
        authorised: true,
        payload: credentials,
      },
    ])
  })

  test('that is accepted brings a session, whose delay is measured', async () => {
    const { facts, clock } = await knocked(
      [{}],
      [
        [700, requested(690)],
        [900, over],
      ],
    )
    expect(facts).toEqual({ ...connected, requestAccepted: true, timeToSessionMs: 690 })
    expect(clock.now()).toBe(900)
  })

  test('may bring its session before its answer was seen', async () => {
    const { facts } = await knocked(
      [{}],
      [
        [0, requested()],
        [500, over],
      ],
    )
    expect(facts).toMatchObject({ requestAccepted: true, timeToSessionMs: 0 })
  })

  test('that is accepted without a session is known for it after 30 s and the grace', async () => {
    const { facts, clock } = await knocked([{}])
    expect(facts).toEqual({ ...connected, requestAccepted: true })
    expect(clock.now()).toBe(45_000)
  })

  test.each([
    ['for another reason', informed(['2 PERIODIC'], [])],
    ['of another device', requested(0, false)],
  ])('is not answered by a session %s', async (_which, session) => {
    expect((await knocked([{}], [[700, session]])).facts).toEqual({ ...connected, requestAccepted: true })
  })

  test.each([['silence'], [{ kind: 'error', condition: 'not-authorized' }]] as ['silence' | Answer][])(
    'that is not accepted is known for it at once (%j)',
    async answer => {
      const { facts, clock } = await knocked([answer])
      expect(facts).toEqual({ ...connected, requestAccepted: false })
      expect(clock.now()).toBe(0)
    },
  )

  const busy: Answer = { kind: 'error', condition: 'service-unavailable' }

  test('that is refused for now is sent again after a rest', async () => {
    const { facts, sent } = await knocked([busy, {}])
    expect(sent).toHaveLength(2)
    expect(facts.requestAccepted).toBe(true)
  })

  test('that is refused for good does not end the run: there is HTTP', async () => {
    expect((await knocked([busy])).facts).toMatchObject({ state: 'connected', requestAccepted: false })
  })

  test('is not sent to a device that is not connected', async () => {
    const { lab, sent } = labWith()
    const { parts } = partsWith(lab)
    expect(await firstXmppKnock(parts, provisioned, { credentials, timing })).toBe(provisioned)
    expect(sent).toEqual([])
  })
})
