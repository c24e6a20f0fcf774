import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { profileSchema } from './device/profile.ts'
import { ListenError } from './listening/listen-error.ts'
import { openStunLab, stunServerMark, usedTimestampMark } from './stun-lab.ts'
import { ordinaryStunPolicy } from './stun-server/stun-server.ts'
import type { NewEntry } from './timeline/entry.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { createRedactor, redacted } from './timeline/redactor.ts'
import { entriesOf, markNamed } from './timeline/timeline.ts'

const { signal } = new AbortController()
const binding = Buffer.from('c001001464736c666f72756d2e6f72672f54522d31313120', 'hex')

function usernameAttribute(name: string): Buffer {
  const value = Buffer.from(name.padEnd(Math.ceil(name.length / 4) * 4))
  return Buffer.concat([Buffer.from([0, 6, 0, value.length]), value])
}

/** A Binding Request by hand; each has another transaction id. */
function requestOf(nth: number, { primary = false, username = undefined as string | undefined } = {}): Buffer {
  const attributes = Buffer.concat([
    ...(primary ? [binding] : []),
    ...(username === undefined ? [] : [usernameAttribute(username)]),
  ])
  const header = Buffer.alloc(20, nth)
  header.writeUInt16BE(0x0001, 0)
  header.writeUInt16BE(attributes.length, 2)
  return Buffer.concat([header, attributes])
}

/** The device calls the ACS from there. */
const callFrom = (address: string): NewEntry[] => [
  {
    type: 'connection-accepted',
    ...{ connection: 1, from: { address, port: 40_000 }, to: { address: '127.0.0.1', port: 7547 }, tls: false },
  },
  {
    type: 'session-opened',
    ...{ session: 1, connection: 1, exchange: 1, attemptAt: 0, attemptBasis: 'connection', cwmp: '', problems: [] },
    ...{ inform: { deviceId: {}, events: [], parameters: [] }, ofDeviceUnderTest: true },
  },
]

/** A lab on the loopback in virtual time; closed with the test. */
async function openLab(stun: object = { listen: '127.0.0.1:0' }, acsHost = '192.0.2.10', earlier = 0) {
  const clock = createVirtualClock()
  const redactor = createRedactor()
  const timeline = new TimelineRecorder({ clock, redactor })
  const lab = await openStunLab({
    ...{ clock, timeline, redactor, acsHost, lastTimestamp: () => earlier },
    profile: profileSchema.parse({ stun }),
  })
  onTestFinished(() => lab[Symbol.asyncDispose]())
  let requests = 0
  /** A socket from which requests come, one after the other. */
  const socketAt = async (address = '127.0.0.1') => {
    const socket = clock.watchDatagrams(createSocket('udp4'))
    socket.bind(0, address)
    await once(socket, 'listening')
    onTestFinished(() => void socket.close())
    const answers: Buffer[] = []
    socket.on('message', answer => answers.push(answer))
    const request = async (what: Parameters<typeof requestOf>[1] = {}) => {
      socket.send(requestOf(++requests, what), lab.server.endpoint.port, '127.0.0.1')
      await clock.sleep(10)
      return entriesOf(timeline, 'stun-received').at(-1)?.ofDeviceUnderTest
    }
    return { port: socket.address().port, answers, request }
  }
  const add = (...entries: NewEntry[]) => {
    for (const entry of entries) timeline.add(entry)
  }
  return { lab, clock, timeline, redactor, socketAt, add }
}

/** Whether somebody has the port. */
const isTaken = async (port: number) => {
  const socket = createSocket('udp4')
  const bound = new Promise<boolean>(resolve => {
    socket.once('error', () => resolve(true)).once('listening', () => resolve(false))
  })
  socket.bind({ address: '127.0.0.1', port, exclusive: true })
  const taken = await bound
  socket.close()
  return taken
}

describe('the lab', () => {
  test('answers Binding Requests, and they and the answers are on the timeline', async () => {
    const { timeline, socketAt } = await openLab()
    const device = await socketAt()
    await device.request({ primary: true })
    expect(device.answers.map(answer => answer.readUInt16BE(0))).toEqual([0x0101])
    expect(entriesOf(timeline, 'stun-received')).toMatchObject([{ from: { address: '127.0.0.1', port: device.port } }])
    expect(entriesOf(timeline, 'stun-sent')).toMatchObject([
      { mapped: { address: '127.0.0.1', port: device.port }, truthful: true },
    ])
  })

  test('sends Connection Requests from the very port of the server', async () => {
    const { lab, socketAt, clock, timeline } = await openLab(undefined, undefined, 4_000_000_000)
    const device = await socketAt()
    await lab.requester.send({
      ...{ label: 'ordinary', to: { address: '127.0.0.1', port: device.port }, authority: 'h:1', authorised: true },
      ...{ credentials: { username: 'u', password: 'p' }, signal },
    })
    await clock.sleep(1)
    expect(device.answers.map(answer => answer.toString().slice(0, 29))).toEqual(
      Array.from({ length: 3 }, () => 'GET http://h:1?ts=4000000001&'),
    )
    expect(entriesOf(timeline, 'udp-cr-sent')[0]?.from).toEqual(lab.server.endpoint)
  })

  test('says on the timeline what greater timestamp was used besides, for later runs', async () => {
    const { lab, timeline } = await openLab()
    const { timestamps } = lab.requester
    const ts = timestamps.next() + 4000
    timestamps.used(ts)
    timestamps.used(7)
    const marks = entriesOf(timeline, 'mark').filter(({ name }) => name === usedTimestampMark)
    expect(marks).toMatchObject([{ data: { ts } }])
  })

  test('makes a fresh account, and keeps its password a secret', async () => {
    const [one, other] = [await openLab(), await openLab()]
    expect(one.lab.account.username).toMatch(/^cpe-[0-9a-f]{10}$/)
    expect(one.lab.account.username).not.toBe(other.lab.account.username)
    expect(one.lab.account.password).not.toBe(other.lab.account.password)
    expect(one.redactor.redact(`it is ${one.lab.account.password}`)).toBe(`it is ${redacted}`)
    expect(JSON.stringify(one.timeline.entries)).not.toContain(one.lab.account.password)
  })

  test('learns other users of the device, whose passwords are secrets too', async () => {
    const { lab, redactor, socketAt } = await openLab()
    const stranger = await socketAt('127.0.0.5')
    expect(await stranger.request({ username: 'another' })).toBe(false)
    lab.learn({ username: 'another', password: 'pencil-and-paper' })
    expect(await stranger.request({ username: 'another' })).toBe(true)
    expect(redactor.redact('pencil-and-paper')).toBe(redacted)
  })

  test('goes back to an ordinary policy', async () => {
    const { lab, socketAt } = await openLab()
    const device = await socketAt()
    lab.server.policy = { answer: 'silent' }
    await device.request()
    expect(device.answers).toHaveLength(0)
    lab.resetPolicy()
    await device.request()
    expect(device.answers).toHaveLength(1)
    lab.server.policy.answer = 'silent'
    expect(ordinaryStunPolicy.answer).toBe('serve')
  })

  test('closes everything, and closing again changes nothing', async () => {
    const { lab } = await openLab()
    const { port } = lab.server.endpoint
    expect(await isTaken(port)).toBe(true)
    await lab[Symbol.asyncDispose]()
    await lab[Symbol.asyncDispose]()
    expect(await isTaken(port)).toBe(false)
  })

  test('that was closed sends nothing, which is told on the timeline', async () => {
    const { lab, timeline } = await openLab()
    await lab[Symbol.asyncDispose]()
    await lab.requester.send({
      ...{ label: 'late', to: { address: '127.0.0.1', port: 9 }, authority: 'h:1', authorised: true },
      ...{ credentials: { username: 'u', password: 'p' }, copiesAfterMs: [0], signal },
    })
    expect(entriesOf(timeline, 'udp-cr-failed')).toHaveLength(1)
  })
})

describe('where devices find the server', () => {
  test.each([
    [{}, '192.0.2.10', { host: '192.0.2.10' }],
    [{}, '::1', { host: '::1' }],
    [{}, 'acs.example', { host: 'acs.example' }],
    [{ advertise: 'stun.example' }, '192.0.2.10', { host: 'stun.example' }],
    [{ advertise: 'stun.example:3479' }, '192.0.2.10', { host: 'stun.example', port: 3479 }],
    [{ advertise: '[2001:db8::1]' }, '192.0.2.10', { host: '2001:db8::1' }],
    [{ advertise: '[2001:db8::1]:3479' }, '192.0.2.10', { host: '2001:db8::1', port: 3479 }],
  ])('by %j and the ACS at %s', async (more, acsHost, found) => {
    const { lab, timeline } = await openLab({ listen: '127.0.0.1:0', ...more }, acsHost)
    const { port } = lab.server.endpoint
    expect(port).toBeGreaterThan(0)
    expect(lab.found).toEqual({ port, ...found })
    expect(entriesOf(timeline, 'mark')).toMatchObject([{ name: stunServerMark, data: lab.found }])
  })

  test('is the ordinary port where the profile says nothing', () => {
    expect(profileSchema.parse({ stun: {} }).stun?.listen).toBe('0.0.0.0:3478')
  })
})

describe('a server that cannot be opened', () => {
  test('for a taken port is told with the setting', async () => {
    const { lab } = await openLab()
    const { port } = lab.server.endpoint
    const opening = openLab({ listen: `127.0.0.1:${port}` })
    await expect(opening).rejects.toBeInstanceOf(ListenError)
    await expect(opening).rejects.toMatchObject({
      code: 'CONNREQ_PORT_TAKEN',
      message: `Port ${port} is taken by another program; choose another with stun.listen.`,
    })
  })

  test('for an address of another machine is told with the setting', async () => {
    const opening = openLab({ listen: '192.0.2.99:0' })
    await expect(opening).rejects.toBeInstanceOf(ListenError)
    await expect(opening).rejects.toThrow('192.0.2.99 is no address of this machine; ')
    await expect(opening).rejects.toThrow('with stun.listen.')
  })
})

describe('a request is the device’s', () => {
  test('when it comes from a host from which it calls the ACS, whoever it names', async () => {
    const { socketAt, add } = await openLab()
    const device = await socketAt()
    expect(await device.request()).toBe(false)
    add(...callFrom('127.0.0.1'))
    expect(await device.request()).toBe(true)
    expect(await device.request({ username: 'somebody', primary: true })).toBe(true)
  })

  test('when it names its user, wherever it comes from', async () => {
    const { lab, socketAt, add } = await openLab()
    add(...callFrom('192.0.2.7'))
    const elsewhere = await socketAt('127.0.0.5')
    expect(await elsewhere.request({ username: lab.account.username })).toBe(true)
    expect(await elsewhere.request({ username: `${lab.account.username}0` })).toBe(false)
    expect(await elsewhere.request({ username: lab.account.username.slice(0, -1) })).toBe(false)
    expect(await (await socketAt('127.0.0.6')).request()).toBe(false)
  })

  test('of Annex G that names nobody, once its host is adopted', async () => {
    const { lab, socketAt, timeline } = await openLab()
    const elsewhere = await socketAt('127.0.0.5')
    expect(await elsewhere.request({ primary: true })).toBe(false)
    lab.adopt('127.0.0.5')
    expect(await elsewhere.request({ primary: true })).toBe(true)
    expect(markNamed(timeline, 'stun-host-adopted')?.data).toEqual({ address: '127.0.0.5' })
  })

  test('when it comes from where it calls the ACS and names another user, until one there names its own', async () => {
    const { lab, socketAt, add } = await openLab()
    add(...callFrom('127.0.0.1'))
    const device = await socketAt()
    expect(await device.request({ username: 'somebody' })).toBe(true)
    expect(await device.request({ username: lab.account.username })).toBe(true)
    expect(await device.request({ username: 'somebody' })).toBe(false)
    expect(await device.request({ username: lab.account.username.slice(0, 8) })).toBe(true)
    expect(await device.request()).toBe(true)
  })

  test('not when it is of Annex G and names another user', async () => {
    const { socketAt } = await openLab()
    expect(await (await socketAt('127.0.0.5')).request({ primary: true, username: 'somebody' })).toBe(false)
  })

  test('also elsewhere when it named its user there and not at home', async () => {
    const { lab, socketAt, add } = await openLab()
    add(...callFrom('192.0.2.7'))
    const elsewhere = await socketAt('127.0.0.5')
    expect(await elsewhere.request({ primary: true, username: lab.account.username })).toBe(true)
    expect(await elsewhere.request({ primary: true })).toBe(true)
  })
})
