import { describe, expect, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { CwmpFault } from '../cwmp/fault.ts'
import type { ParameterToSet, RpcSession } from '../cwmp/rpcs.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { createRedactor, redacted } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import type { DeviceFacts, RootObject } from './facts.ts'
import { keepAliveParameters, provisionUdp, restoreUdp, setKeepAlive, type StunSettings } from './udp-provisioning.ts'

const settings: StunSettings = {
  server: { host: '192.0.2.10', port: 3479 },
  username: 'cpe-1',
  password: 'the-secret-of-the-account',
}
const full = (name: string, root: RootObject = 'Device.') => `${root}ManagementServer.${name}`
const faultOf = (code: string) =>
  new CwmpFault('SetParameterValues', { code, text: 'Invalid arguments', parameterFaults: [] })

type Values = Record<string, string>
const valuesOf = (parameters: ParameterToSet[]): Values =>
  Object.fromEntries(parameters.map(({ name, value }) => [name.split('.').at(-1), value]))

/** A device that answers SetParameterValues so, and by status 0 where there is no answer. */
function deviceWith(answer: (values: Values) => unknown = () => undefined) {
  const calls: { method: string; parameters: ParameterToSet[] }[] = []
  const session = {
    async call(method: string, { parameters }: { parameters: ParameterToSet[] }) {
      calls.push({ method, parameters })
      const own = answer(valuesOf(parameters))
      if (own instanceof Error) throw own
      return own ?? { status: 0 }
    },
  } as unknown as RpcSession
  return { session, calls, sets: () => calls.map(({ parameters }) => valuesOf(parameters)) }
}

function newTimeline() {
  const redactor = createRedactor()
  redactor.learn(settings.password)
  return new TimelineRecorder({ clock: createVirtualClock(), redactor })
}

async function provisioned(device: ReturnType<typeof deviceWith>, root: RootObject = 'Device.') {
  const timeline = newTimeline()
  const result = await provisionUdp(device.session, { timeline, root, settings })
  return { result, timeline, noted: entriesOf(timeline, 'provisioned') }
}

const server = {
  STUNServerAddress: '192.0.2.10',
  STUNServerPort: '3479',
  STUNUsername: 'cpe-1',
  STUNPassword: settings.password,
}
const period = (seconds: number) => ({
  STUNMinimumKeepAlivePeriod: String(seconds),
  STUNMaximumKeepAlivePeriod: String(seconds),
})
const isPeriod = (values: Values) => 'STUNMinimumKeepAlivePeriod' in values
const secondsOf = (values: Values) => Number(values['STUNMinimumKeepAlivePeriod'])

describe('a device is given', () => {
  test('the server and its user there, then a short period, and only then STUN', async () => {
    const device = deviceWith()
    const { result } = await provisioned(device)
    expect(result).toEqual({ keepAliveSeconds: 15 })
    expect(device.sets()).toEqual([server, period(15), { STUNEnable: '1' }])
    expect(new Set(device.calls.map(({ method }) => method))).toEqual(new Set(['SetParameterValues']))
  })

  test.each(['Device.', 'InternetGatewayDevice.'] as const)('all of it below %sManagementServer', async root => {
    const device = deviceWith()
    await provisioned(device, root)
    for (const { name } of device.calls.flatMap(({ parameters }) => parameters))
      expect(name).toMatch(new RegExp(`^${root}ManagementServer\\.STUN[A-Za-z]+$`))
  })

  test('all of it in the types of the data model', async () => {
    const device = deviceWith()
    await provisioned(device)
    const types = device.calls.flatMap(({ parameters }) => parameters.map(({ name, type }) => [name, type]))
    expect(Object.fromEntries(types)).toEqual({
      [full('STUNServerAddress')]: 'string',
      [full('STUNServerPort')]: 'unsignedInt',
      [full('STUNUsername')]: 'string',
      [full('STUNPassword')]: 'string',
      [full('STUNMinimumKeepAlivePeriod')]: 'unsignedInt',
      [full('STUNMaximumKeepAlivePeriod')]: 'int',
      [full('STUNEnable')]: 'boolean',
    })
  })
})

describe('a device that refuses short keep-alive periods', () => {
  test.each([
    ['9007', 30, 30],
    ['9003', 31, 60],
    ['9007', 300, 300],
  ])('with %s below %d s is given %d s', async (code, least, taken) => {
    const device = deviceWith(values => (isPeriod(values) && secondsOf(values) < least ? faultOf(code) : undefined))
    const { result, noted } = await provisioned(device)
    expect(result).toEqual({ keepAliveSeconds: taken })
    expect(device.sets().at(-2)).toEqual(period(taken))
    expect(device.sets().at(-1)).toEqual({ STUNEnable: '1' })
    expect(noted.map(({ parameters }) => valuesOf(parameters)).slice(1)).toEqual([period(taken), { STUNEnable: '1' }])
  })

  test('of any length keeps its own, and STUN is switched on all the same', async () => {
    const device = deviceWith(values => (isPeriod(values) ? faultOf('9007') : undefined))
    const { result } = await provisioned(device)
    expect(result).toEqual({ keepAliveSeconds: undefined })
    expect(device.sets().filter(isPeriod).map(secondsOf)).toEqual([15, 30, 60, 120, 300])
    expect(device.sets().at(-1)).toEqual({ STUNEnable: '1' })
  })
})

describe('setting the keep-alive period', () => {
  test('tries those that are asked for and no others', async () => {
    const tried: number[] = []
    const taken = await setKeepAlive(
      async ([first]) => {
        tried.push(Number(first?.value))
        if (tried.length < 2) throw faultOf('9007')
      },
      'Device.',
      [5, 20, 40],
    )
    expect([taken, tried]).toEqual([20, [5, 20]])
  })

  test('of no periods does nothing', async () => {
    expect(await setKeepAlive(() => Promise.reject(new Error('never')), 'Device.', [])).toBeUndefined()
  })

  test('may have no maximum', () => {
    expect(keepAliveParameters('InternetGatewayDevice.', { minimum: 20, maximum: -1 })).toEqual([
      { name: full('STUNMinimumKeepAlivePeriod', 'InternetGatewayDevice.'), value: '20', type: 'unsignedInt' },
      { name: full('STUNMaximumKeepAlivePeriod', 'InternetGatewayDevice.'), value: '-1', type: 'int' },
    ])
  })
})

describe('a fault', () => {
  test('to setting the server is told, and nothing more is set', async () => {
    const device = deviceWith(values => ('STUNServerAddress' in values ? faultOf('9005') : undefined))
    const { result, noted } = await provisioned(device)
    expect(result).toEqual({ problem: faultOf('9005').message })
    expect(device.calls).toHaveLength(1)
    expect(noted).toEqual([])
  })

  test('to switching STUN on is told', async () => {
    const { result, noted } = await provisioned(
      deviceWith(values => ('STUNEnable' in values ? faultOf('9001') : undefined)),
    )
    expect(result).toEqual({ problem: faultOf('9001').message })
    expect(noted).toHaveLength(2)
  })

  test.each(['STUNServerAddress', 'STUNMinimumKeepAlivePeriod', 'STUNEnable'])(
    'is one thing, a session lost at %s another',
    async name => {
      const device = deviceWith(values => (name in values ? new Error('lost') : undefined))
      await expect(provisioned(device)).rejects.toThrow('lost')
      expect(name in (device.sets().at(-1) ?? {})).toBe(true)
    },
  )
})

test('what was set is on the timeline with its status, without the password', async () => {
  const { timeline, noted } = await provisioned(deviceWith(() => ({ status: 1 })))
  expect(noted.map(({ status }) => status)).toEqual([1, 1, 1])
  expect(noted[0]?.parameters).toContainEqual({ name: full('STUNPassword'), value: redacted, type: 'string' })
  expect(JSON.stringify(timeline.entries)).not.toContain(settings.password)
})

test('an answer without a status is noted as such', async () => {
  const { result, noted } = await provisioned(deviceWith(() => ({})))
  expect(result).toEqual({ keepAliveSeconds: 15 })
  expect(noted.map(({ status }) => status)).toEqual([-1, -1, -1])
})

describe('restoring', () => {
  type Parameters = DeviceFacts['parameters']
  const was = (value: string, type = 'string', writable = true) => ({ value, type, writable })
  const before: Parameters = {
    [full('STUNEnable')]: was('1', 'boolean'),
    [full('STUNServerAddress')]: was('stun.theirs.example'),
    [full('STUNServerPort')]: was('3478', 'unsignedInt'),
    [full('STUNUsername')]: was(''),
    [full('STUNPassword')]: was(''),
    [full('STUNMaximumKeepAlivePeriod')]: was('-1', 'int'),
    [full('STUNMinimumKeepAlivePeriod')]: was('20', 'unsignedInt'),
    [full('UDPConnectionRequestAddress')]: was('192.0.2.7:3000', 'string', false),
    [full('NATDetected')]: was('0', 'boolean', false),
  }
  const others = ['Address', 'Port'].map(name => `STUNServer${name}`)
  const rest = [...others, 'STUNUsername', 'STUNMaximumKeepAlivePeriod', 'STUNMinimumKeepAlivePeriod']

  async function restored(device = deviceWith(), parameters = before) {
    const timeline = newTimeline()
    await restoreUdp(device.session, { timeline, root: 'Device.', parameters, server: settings.server })
    const noted = entriesOf(timeline, 'restored')
    expect(noted).toHaveLength(1)
    const short = (name: string) => name.replace(full(''), '')
    return {
      device,
      restored: noted[0]?.parameters.map(short),
      notRestored: noted[0]?.notRestored.map(({ name, reason }) => [short(name), reason]),
    }
  }

  test('sets everything back as it was, STUNEnable by itself before the rest', async () => {
    const { device, restored: names, notRestored } = await restored()
    expect(device.sets()).toEqual([
      { STUNEnable: '1' },
      {
        STUNServerAddress: 'stun.theirs.example',
        STUNServerPort: '3478',
        STUNUsername: '',
        STUNMaximumKeepAlivePeriod: '-1',
        STUNMinimumKeepAlivePeriod: '20',
      },
    ])
    expect(names).toEqual(['STUNEnable', ...rest])
    expect(notRestored).toEqual([])
  })

  test('in the types that the device gave', async () => {
    const { device } = await restored()
    const set = device.calls.flatMap(({ parameters }) => parameters)
    expect(set.map(({ name, type }) => [name, type])).toEqual(set.map(({ name }) => [name, before[name]?.type]))
  })

  test('owns up to the password of a device that had a user', async () => {
    const parameters = { ...before, [full('STUNUsername')]: was('theirs') }
    const { device, notRestored } = await restored(deviceWith(), parameters)
    expect(device.sets()[1]).toMatchObject({ STUNUsername: 'theirs' })
    expect(notRestored).toEqual([['STUNPassword', 'The device does not tell its password; set your own again.']])
  })

  test('never sends a password back, even one that the device tells', async () => {
    const parameters = { ...before, [full('STUNUsername')]: was('theirs'), [full('STUNPassword')]: was('told') }
    const { device } = await restored(deviceWith(), parameters)
    expect(JSON.stringify(device.calls)).not.toMatch(/STUNPassword|told/)
  })

  test('leaves alone what the device has not, or lets nobody set', async () => {
    const parameters = {
      [full('STUNEnable')]: was('0', 'boolean'),
      [full('STUNServerAddress')]: was('fixed.example', 'string', false),
      [full('STUNServerPort')]: was('3478', 'unsignedInt'),
    }
    const { device } = await restored(deviceWith(), parameters)
    expect(device.sets()).toEqual([{ STUNEnable: '0' }, { STUNServerPort: '3478' }])
  })

  const ofKilledRun: [string, Parameters][] = [
    ['by the name of its user', { [full('STUNUsername')]: was('cpe-0a1b2c3d4e') }],
    [
      'by the place of the server',
      {
        [full('STUNServerAddress')]: was(settings.server.host),
        [full('STUNServerPort')]: was(String(settings.server.port), 'unsignedInt'),
      },
    ],
  ]

  test.each(ofKilledRun)('what an earlier run left switched on, known %s, is switched off', async (_, left) => {
    const { device, restored: names, notRestored } = await restored(deviceWith(), { ...before, ...left })
    expect(device.sets()[0]).toEqual({ STUNEnable: '0' })
    expect(names).toEqual(rest)
    expect(notRestored?.[0]).toEqual(['STUNEnable', 'An earlier run had left it switched on; it is switched off now.'])
  })

  test.each(ofKilledRun)('what an earlier run left switched off, known %s, is set back as it was', async (_, left) => {
    const off = { [full('STUNEnable')]: was('false', 'boolean') }
    const { device, restored: names, notRestored } = await restored(deviceWith(), { ...before, ...left, ...off })
    expect(device.sets()[0]).toEqual({ STUNEnable: 'false' })
    expect(names).toEqual(['STUNEnable', ...rest])
    expect(notRestored?.map(([name]) => name)).not.toContain('STUNEnable')
  })

  test.each([
    { [full('STUNServerAddress')]: was(settings.server.host) },
    { [full('STUNServerPort')]: was(String(settings.server.port)) },
    { [full('STUNUsername')]: was('cpe-0a1b2c3d4') },
  ])('another server at the same host or port, or another user, is no earlier run’s: %j', async left => {
    const { device } = await restored(deviceWith(), { ...before, ...left })
    expect(device.sets()[0]).toEqual({ STUNEnable: '1' })
  })

  test('of a device that has nothing of it sets nothing', async () => {
    const { device, restored: names, notRestored } = await restored(deviceWith(), {})
    expect([device.calls, names, notRestored]).toEqual([[], [], []])
  })

  test('sets each by itself where the device refuses one, which is named with the fault', async () => {
    const device = deviceWith(values => ('STUNServerPort' in values ? faultOf('9007') : undefined))
    const { restored: names, notRestored } = await restored(device)
    expect(names).toEqual(['STUNEnable', ...rest.filter(name => name !== 'STUNServerPort')])
    expect(notRestored).toEqual([['STUNServerPort', faultOf('9007').message]])
  })

  test('goes on where STUNEnable is refused', async () => {
    const device = deviceWith(values => ('STUNEnable' in values ? faultOf('9001') : undefined))
    const { restored: names, notRestored } = await restored(device)
    expect(names).toEqual(rest)
    expect(notRestored).toEqual([['STUNEnable', faultOf('9001').message]])
  })

  test('names everything where everything is refused', async () => {
    const { restored: names, notRestored } = await restored(deviceWith(() => faultOf('9001')))
    expect(names).toEqual([])
    expect(notRestored?.map(([name]) => name)).toEqual(['STUNEnable', ...rest])
  })

  test('of a lost session ends there, and what was restored until then is on the timeline', async () => {
    const device = deviceWith(values => ('STUNServerPort' in values ? new Error('lost') : undefined))
    const timeline = newTimeline()
    const restoring = restoreUdp(device.session, {
      ...{ timeline, root: 'Device.', parameters: before, server: settings.server },
    })
    await expect(restoring).rejects.toThrow('lost')
    expect(entriesOf(timeline, 'restored')).toMatchObject([{ parameters: [full('STUNEnable')], notRestored: [] }])
  })
})
