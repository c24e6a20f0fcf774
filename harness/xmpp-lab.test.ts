import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createVirtualClock } from './clock/virtual-clock.ts'
import { ComponentRefused } from './connection-request/xmpp/component-connection.ts'
import { profileSchema } from './device/profile.ts'
import { ListenError } from './listening/listen-error.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { createRedactor, redacted } from './timeline/redactor.ts'
import { entriesOf } from './timeline/timeline.ts'
import { createAuthority } from './tls/authority.ts'
import { CertificateUnreadable } from './tls/tls-identity.ts'
import { openXmppLab, xmppServerMark } from './xmpp-lab.ts'
import { bindByPlain, connectRaw } from './xmpp-server/raw-client.ts'

const credentials = { username: 'u', password: 'p' }
const account = { username: 'cpe', password: 'pencil-case', resource: 'r1' }
const loopback = { listen: '127.0.0.1:0', domain: 'xmpp.test', plainInClear: true, account }

/** A lab on the loopback in virtual time; closed with the test. */
async function openLab(xmpp: object = loopback, acsHost = '192.0.2.10') {
  const clock = createVirtualClock()
  const redactor = createRedactor()
  const timeline = new TimelineRecorder({ clock, redactor })
  const stop = new AbortController()
  const lab = await openXmppLab({
    ...{ clock, timeline, redactor, signal: stop.signal, acsHost },
    profile: profileSchema.parse({ xmpp }),
    authority: createAuthority(clock),
  })
  onTestFinished(() => lab[Symbol.asyncDispose]())
  /** The device connects to the embedded server and binds. */
  const bindDevice = async () => {
    if (lab.server === undefined) throw new Error('There is no embedded server.')
    const device = await connectRaw(clock, lab.server.endpoint)
    onTestFinished(() => device.close())
    return Object.assign(device, { jid: await bindByPlain(device, lab.account) })
  }
  /** Sends one request to the device, which answers it by a result. @returns the device's reading of `from` */
  const askAndAnswer = async (device: Awaited<ReturnType<typeof bindDevice>>, from: string) => {
    const { outcome } = await lab.requester.send({
      ...{ label: 'ordinary', to: device.jid, from, authorised: true, payload: credentials },
    })
    const stanza = await device.until(/<\/iq>/)
    const [, id] = / id=['"]([^'"]*)/.exec(stanza) ?? []
    device.send(`<iq type='result' id='${id}' to='${from}'/>`)
    return { stanza, outcome: await outcome }
  }
  return { lab, clock, timeline, redactor, bindDevice, askAndAnswer }
}

const canConnect = (port: number) =>
  new Promise<boolean>(resolve => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

/** A port that is taken until `free` is called, or the test is over. */
async function takenPort() {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const free = () => new Promise<void>(resolve => server.close(() => resolve()))
  onTestFinished(free)
  return { port: (server.address() as AddressInfo).port, free }
}

describe('the lab with our own server', () => {
  test('lets the device in with its account, and the ACS ask it', async () => {
    const { lab, bindDevice, askAndAnswer } = await openLab()
    const device = await bindDevice()
    expect(device.jid).toBe('cpe@xmpp.test/r1')
    const { stanza, outcome } = await askAndAnswer(device, `connreq@${lab.senders}/acs`)
    expect(stanza).toMatch(/from=['"]connreq@acs\.xmpp\.test\/acs['"]/)
    expect(outcome).toMatchObject({ type: 'xmpp-cr-answered', kind: 'result', answeredBy: 'device' })
  })

  test('sends from a look-alike of its domain as well, and from others once they are added', async () => {
    const { lab, bindDevice, askAndAnswer } = await openLab()
    const device = await bindDevice()
    expect(lab.lookAlikeSenders).toBe('acs.xmpp.test.example')
    expect((await askAndAnswer(device, `connreq@${lab.lookAlikeSenders}/acs`)).outcome).toMatchObject({
      kind: 'result',
    })
    await expect(askAndAnswer(device, 'a@192.0.2.9/acs')).rejects.toThrow('No component of the ACS may send from')
    await lab.addSenders('192.0.2.9')
    await lab.addSenders('192.0.2.9')
    expect((await askAndAnswer(device, 'a@192.0.2.9/acs')).outcome).toMatchObject({ kind: 'result' })
  })

  test('knows that nobody is there when the server answers for the device', async () => {
    const { lab } = await openLab()
    const { outcome } = await lab.requester.send({
      ...{ label: 'early', to: 'cpe@xmpp.test/r1', from: `connreq@${lab.senders}/acs` },
      ...{ authorised: true, payload: credentials },
    })
    expect(await outcome).toMatchObject({ kind: 'error', condition: 'service-unavailable', answeredBy: 'server' })
  })

  test('says on the timeline where devices find it, and with what authority', async () => {
    const { lab, timeline } = await openLab()
    const { port } = lab.server?.endpoint ?? { port: 0 }
    expect(lab.found).toEqual({ host: '192.0.2.10', port })
    expect(entriesOf(timeline, 'mark')).toMatchObject([
      {
        name: xmppServerMark,
        data: { server: 'embedded', host: '192.0.2.10', port, domain: 'xmpp.test', caFile: lab.caFile },
      },
    ])
    expect(existsSync(lab.caFile ?? '')).toBe(true)
  })

  test('makes a fresh account where the profile has none, and keeps its password a secret', async () => {
    const [one, other] = [await openLab({ listen: '127.0.0.1:0' }), await openLab({ listen: '127.0.0.1:0' })]
    expect(one.lab.account.username).toMatch(/^cpe-[0-9a-f]{8}$/)
    expect(one.lab.account.username).not.toBe(other.lab.account.username)
    expect(one.lab.account.password).not.toBe(other.lab.account.password)
    expect(one.redactor.redact(`it is ${one.lab.account.password}`)).toBe(`it is ${redacted}`)
  })

  test('has streams under the name of the account, however the profile spells it', async () => {
    const { lab, bindDevice } = await openLab({ ...loopback, account: { ...account, username: 'CPE-17' } })
    await bindDevice()
    expect(lab.server?.streams().map(({ username }) => username)).toEqual([lab.account.username])
  })

  test.each([
    ['required', true],
    ['offered', true],
    ['none', false],
  ] as const)('with startTls %s has devices use TLS: %s', async (startTls, useTls) => {
    const { lab } = await openLab({ ...loopback, startTls })
    expect(lab.useTls).toBe(useTls)
    expect(lab.server?.policy).toMatchObject({ startTls, plainInClear: true })
  })

  test('goes back to the policy of the profile, not to that of an ordinary server', async () => {
    const { lab } = await openLab({ ...loopback, startTls: 'required' })
    if (lab.server) lab.server.policy = { ...lab.server.policy, connections: 'reset', startTls: 'none' }
    lab.resetPolicy()
    expect(lab.server?.policy).toMatchObject({ connections: 'serve', startTls: 'required', plainInClear: true })
  })

  test('closes everything', async () => {
    const { lab, bindDevice } = await openLab({ ...loopback, directTls: '127.0.0.1:0' })
    const { endpoint, directTlsEndpoint, componentEndpoint } = lab.server ?? {}
    const ports = [endpoint, directTlsEndpoint, componentEndpoint].map(place => place?.port ?? 0)
    expect(await Promise.all(ports.map(canConnect))).toEqual([true, true, true])
    const device = await bindDevice()
    await lab[Symbol.asyncDispose]()
    await device.closed
    expect(await Promise.all(ports.map(canConnect))).toEqual([false, false, false])
  })
})

describe('where devices find the server', () => {
  test.each([
    [{}, '192.0.2.10', { host: '192.0.2.10' }],
    [{}, '::1', { host: '::1' }],
    [{ advertise: 'xmpp.example' }, '192.0.2.10', { host: 'xmpp.example' }],
    [{ advertise: 'xmpp.example:5333' }, '192.0.2.10', { host: 'xmpp.example', port: 5333 }],
    [{ advertise: '[2001:db8::1]' }, '192.0.2.10', { host: '2001:db8::1' }],
    [{ advertise: '[2001:db8::1]:5333' }, '192.0.2.10', { host: '2001:db8::1', port: 5333 }],
  ])('by %j and the ACS at %s', async (more, acsHost, found) => {
    const { lab } = await openLab({ ...loopback, ...more }, acsHost)
    expect(lab.found).toEqual({ port: lab.server?.endpoint.port, ...found })
  })

  test.each([
    ['192.0.2.10', '192.0.2.10', 'acs.connreq.test'],
    ['::1', '[::1]', 'acs.connreq.test'],
    ['acs.example', 'acs.example', 'acs.acs.example'],
  ])('is its domain too, where none is given: %s', async (acsHost, domain, senders) => {
    const { lab } = await openLab({ listen: '127.0.0.1:0', plainInClear: true }, acsHost)
    expect(lab.domain).toBe(domain)
    expect(lab.domain).toBe(lab.server?.domain)
    expect(lab.senders).toBe(senders)
  })
})

describe('a server that cannot be opened', () => {
  test('for a taken port is told with the setting', async () => {
    const { port } = await takenPort()
    const opening = openLab({ ...loopback, listen: `127.0.0.1:${port}` })
    await expect(opening).rejects.toBeInstanceOf(ListenError)
    await expect(opening).rejects.toThrow(`Port ${port} is taken by another program; choose another with xmpp.listen.`)
  })

  test('for its certificate is told with the setting', async () => {
    const opening = openLab({ ...loopback, tls: { key: '/nowhere/key.pem', certificate: '/nowhere/cert.pem' } })
    await expect(opening).rejects.toBeInstanceOf(CertificateUnreadable)
    await expect(opening).rejects.toThrow('xmpp.tls.key names /nowhere/key.pem')
  })

  test('for an account that can be none leaves no port open', async () => {
    const { port, free } = await takenPort()
    await free()
    const password = 'of private use: \ue000'
    const opening = openLab({ ...loopback, listen: `127.0.0.1:${port}`, account: { ...account, password } })
    await expect(opening).rejects.toThrow('holds prohibited characters')
    expect(await canConnect(port)).toBe(false)
  })
})

describe('the lab with a server that is not ours', () => {
  /** Another lab's embedded server in the place of the external one. */
  async function external(component: object = {}) {
    const theirs = await openLab()
    theirs.lab.server?.addComponent({ domain: 'acs.theirs.test', secret: 'shared-by-both' })
    const { port } = theirs.lab.server?.componentEndpoint ?? { port: 0 }
    return {
      theirs,
      profile: {
        ...{ server: 'external', domain: 'xmpp.test', account },
        component: { host: '127.0.0.1', port, secret: 'shared-by-both', domain: 'acs.theirs.test', ...component },
      },
    }
  }

  test('sends through its component port and has nothing of the server in hand', async () => {
    const { theirs, profile } = await external()
    const { lab, timeline, redactor } = await openLab(profile)
    expect(lab).toMatchObject({ server: undefined, caFile: undefined, lookAlikeSenders: undefined })
    expect(lab).toMatchObject({ senders: 'acs.theirs.test', domain: 'xmpp.test', account, useTls: true })
    expect(lab.found).toEqual({ host: '192.0.2.10', port: 5222 })
    expect(redactor.redact('shared-by-both')).toBe(redacted)
    expect(entriesOf(timeline, 'mark')[0]?.data).not.toHaveProperty('caFile')
    lab.resetPolicy()

    const device = await theirs.bindDevice()
    const { outcome } = await lab.requester.send({
      ...{ label: 'ordinary', to: device.jid, from: `connreq@${lab.senders}/acs` },
      ...{ authorised: true, payload: credentials },
    })
    const [, id] = / id=['"]([^'"]*)/.exec(await device.until(/<\/iq>/)) ?? []
    device.send(`<iq type='result' id='${id}' to='connreq@${lab.senders}/acs'/>`)
    expect(await outcome).toMatchObject({ kind: 'result', answeredBy: 'device' })
  })

  test('sends from acs. before its domain unless the component has a name', async () => {
    const { theirs, profile } = await external({ domain: undefined })
    theirs.lab.server?.addComponent({ domain: 'acs.xmpp.test', secret: 'shared-by-both' })
    expect((await openLab(profile)).lab.senders).toBe('acs.xmpp.test')
  })

  test('sends from no other domain', async () => {
    const { lab } = await openLab((await external()).profile)
    await expect(lab.addSenders('elsewhere.test')).rejects.toThrow('its own domain only')
  })

  test.each([
    ['a wrong secret', { secret: 'another' }],
    ['an unknown domain', { domain: 'nobody.test' }],
    ['a port where nobody listens', { port: 1 }],
  ])('that does not let the ACS in for %s is told', async (_why, component) => {
    const opening = openLab((await external(component)).profile)
    await expect(opening).rejects.toBeInstanceOf(ComponentRefused)
    await expect(opening).rejects.toThrow('Check xmpp.component (host, port, secret, domain).')
  })
})
