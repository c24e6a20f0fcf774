import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createVirtualClock } from './clock/virtual-clock.ts'
import type { DeviceFacts } from './device/facts.ts'
import { profileSchema } from './device/profile.ts'
import { ListenError } from './listening/listen-error.ts'
import { openTestBench } from './test-bench.ts'
import type { Entry } from './timeline/entry.ts'
import { createRedactor } from './timeline/redactor.ts'
import { entriesOf } from './timeline/timeline.ts'
import { openUdpDeviceStub } from './udp-device-stub.ts'

const stun = { listen: '127.0.0.1:0', advertise: '127.0.0.1' }
const about = { tool: { version: '0' }, node: '', platform: '' }

/** A bench on the loopback in virtual time; closed with the test. */
async function openBench(profile: object = { stun }, lastTimestamp?: (id: DeviceFacts['deviceId']) => number) {
  const clock = createVirtualClock()
  const stop = new AbortController()
  const entries: Entry[] = []
  const bench = await openTestBench({
    ...{ clock, about, redactor: createRedactor(), signal: stop.signal, sink: entry => entries.push(entry) },
    profile: profileSchema.parse({ acs: { listen: '127.0.0.1:0' }, ...profile }),
    ...(lastTimestamp === undefined ? {} : { lastTimestamp }),
  })
  onTestFinished(() => bench[Symbol.asyncDispose]())
  return { bench, clock, entries, interrupt: () => stop.abort(new Error('by hand')) }
}

/** A bench that has met a device which can be asked by UDP only. */
async function metDevice(lastTimestamp?: (id: DeviceFacts['deviceId']) => number) {
  const opened = await openBench({ stun }, lastTimestamp)
  const { bench, clock } = opened
  const device = await openUdpDeviceStub(clock, {
    acsUrl: bench.acsUrl,
    parameters: { STUNServerAddress: 'stun.theirs.example', STUNMinimumKeepAlivePeriod: '20' },
  })
  onTestFinished(() => device.close())
  const met = bench.meet()
  await device.call('1 BOOT')
  return { ...opened, device, facts: await met }
}

const restoredIn = ({ timeline }: Awaited<ReturnType<typeof openBench>>['bench']) =>
  entriesOf(timeline, 'restored').map(({ parameters, notRestored }) => ({
    parameters: parameters.map(name => name.replace(/^.*\./, '')),
    notRestored: notRestored.map(({ name }) => name.replace(/^.*\./, '')),
  }))

/** Whether somebody has the UDP port. */
async function isTaken(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  const bound = new Promise<boolean>(resolve => {
    socket.once('error', () => resolve(true)).once('listening', () => resolve(false))
  })
  socket.bind({ address: '127.0.0.1', port, exclusive: true })
  const taken = await bound
  socket.close()
  return taken
}

const canConnect = (url: string) =>
  new Promise<boolean>(resolve => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

describe('the STUN server', () => {
  test.each([
    ['has a stun section', { stun }],
    ['says that the device has UDP', { features: { udp: true }, stun }],
  ])('is open at once where the profile %s', async (_how, profile) => {
    const { bench } = await openBench(profile)
    expect(bench.stun?.found).toEqual({ host: '127.0.0.1', port: expect.any(Number) })
    expect(await isTaken(bench.stun?.found.port ?? 0)).toBe(true)
    expect(entriesOf(bench.timeline, 'stun-listening')).toHaveLength(1)
  })

  test.each([
    ['says nothing of UDP', {}],
    ['leaves UDP out', { features: { udp: false }, stun }],
  ])('is not opened before it is needed where the profile %s', async (_how, profile) => {
    const { bench } = await openBench(profile)
    expect(bench.stun).toBeUndefined()
    expect(entriesOf(bench.timeline, 'stun-listening')).toEqual([])
  })

  test('that the profile asks for and that cannot be opened ends the run, and nothing stays open', async () => {
    const taken = createSocket('udp4')
    taken.bind(0, '127.0.0.1')
    await once(taken, 'listening')
    onTestFinished(() => void taken.close())
    const { port } = taken.address()
    const entries: Entry[] = []
    const opening = openTestBench({
      ...{ clock: createVirtualClock(), about, redactor: createRedactor(), sink: entry => entries.push(entry) },
      profile: profileSchema.parse({ acs: { listen: '127.0.0.1:0' }, stun: { listen: `127.0.0.1:${port}` } }),
    })
    await expect(opening).rejects.toBeInstanceOf(ListenError)
    await expect(opening).rejects.toThrow('choose another with stun.listen.')
    expect(entries.at(-1)).toMatchObject({
      type: 'run-ended',
      how: 'broken-off',
      reason: expect.stringContaining('stun.listen'),
    })
    const listening = entries.find(entry => entry.type === 'acs-listening')
    expect(await canConnect(listening?.url ?? '')).toBe(false)
  })

  test('is closed with the bench', async () => {
    const { bench } = await openBench()
    const { port } = bench.stun?.found ?? { port: 0 }
    await bench[Symbol.asyncDispose]()
    expect(await isTaken(port)).toBe(false)
    expect(await canConnect(bench.acsUrl)).toBe(false)
  })
})

describe('a device that can be asked by UDP only', () => {
  test('is provisioned, bound, and asked', async () => {
    const { bench, device, facts } = await metDevice()
    expect(facts).toMatchObject({
      reachability: { state: 'no-url' },
      credentialsWork: false,
      udp: {
        ...{ state: 'bound', server: bench.stun?.found, keepAliveSeconds: 15, natted: false, timeToSessionMs: 300 },
        binding: { address: '127.0.0.1', port: device.port },
      },
    })
    expect(Object.fromEntries(device.parameters)).toMatchObject({
      STUNEnable: '1',
      STUNServerAddress: '127.0.0.1',
      STUNServerPort: String(bench.stun?.found.port),
      STUNMinimumKeepAlivePeriod: '15',
      STUNMaximumKeepAlivePeriod: '15',
      STUNUsername: expect.stringMatching(/^cpe-/),
    })
  })

  test('is never told secrets of on the timeline', async () => {
    const { entries, device } = await metDevice()
    const written = JSON.stringify(entries)
    for (const name of ['STUNPassword', 'ConnectionRequestPassword'])
      expect(written).not.toContain(device.parameters.get(name) ?? 'never set')
    for (const request of device.requests) expect(written).not.toContain(/sig=(\w+)/.exec(request)?.[1] ?? 'unsigned')
  })

  test('gets a ts above those of its earlier runs', async () => {
    const asked: DeviceFacts['deviceId'][] = []
    const { device } = await metDevice(id => {
      asked.push(id)
      return 4_000_000_000
    })
    expect(device.requests[0]).toContain('?ts=4000000001&')
    expect(asked).toMatchObject([{ oui: '00D09E', serialNumber: 'S1' }])
  })

  test('is restored, asked by UDP', async () => {
    const { bench, device, clock } = await metDevice()
    await bench.finish('completed')
    const [settings, credentials, ...more] = restoredIn(bench)
    expect(credentials).toBeDefined()
    expect(settings?.parameters[0]).toBe('STUNEnable')
    expect(settings?.parameters).toEqual(expect.arrayContaining(['STUNServerAddress', 'STUNMinimumKeepAlivePeriod']))
    expect(settings?.notRestored).toEqual([])
    expect(more).toEqual([])
    await clock.sleep(1000)
    expect(Object.fromEntries(device.parameters)).toMatchObject({
      ...{ STUNEnable: '0', STUNServerAddress: 'stun.theirs.example', STUNServerPort: '3478', STUNUsername: '' },
      ...{ STUNMaximumKeepAlivePeriod: '-1', STUNMinimumKeepAlivePeriod: '20' },
    })
    expect(bench.timeline.entries.at(-1)).toMatchObject({ type: 'run-ended', how: 'completed' })
  })

  test('is restored after an interruption too, within two seconds', async () => {
    const { bench, device, clock, interrupt } = await metDevice()
    const since = clock.now()
    interrupt()
    await bench.finish('interrupted')
    expect(restoredIn(bench).flatMap(({ notRestored }) => notRestored)).not.toContain('everything')
    expect(device.parameters.get('STUNServerAddress')).toBe('stun.theirs.example')
    expect(clock.now() - since).toBeLessThan(2000)
  })

  test('that is deaf when it is to be restored is named as not restored', async () => {
    const { bench, device } = await metDevice()
    device.close()
    await bench.finish('completed')
    expect(restoredIn(bench)).toEqual([{ parameters: [], notRestored: ['everything'] }])
  })
})

test('of a device that was never changed nothing is said', async () => {
  const { bench } = await openBench()
  await bench.finish('interrupted')
  expect(restoredIn(bench)).toEqual([])
})
