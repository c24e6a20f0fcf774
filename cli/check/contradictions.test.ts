import { expect, test } from 'vitest'
import { profileSchema } from '../../harness/device/profile.ts'
import { contradictions } from './contradictions.ts'
import type { Heard } from './hear-device.ts'

const parameters = (names: string[]) =>
  Object.fromEntries(names.map(name => [`Device.${name}`, { value: '', writable: true }]))
const udp = ['ManagementServer.STUNEnable', 'ManagementServer.UDPConnectionRequestAddress']

interface Device {
  authentication?: Heard['authentication']
  ended?: Heard['ended']
  rpcs?: string[]
  names?: string[]
  firmware?: string
  /** SoftwareVersion in the Inform itself. */
  informed?: string
}

const heard = (device: Device): Heard => ({
  opened: {
    ...{ seq: 1, at: 0, type: 'session-opened', session: 1, connection: 1, exchange: 1, attemptAt: 0 },
    ...{ attemptBasis: 'connection', cwmp: 'urn:dslforum-org:cwmp-1-2', problems: [], ofDeviceUnderTest: true },
    inform: {
      deviceId: { manufacturer: 'ACME Inc.', oui: '00A0BC', productClass: 'RG-500', serialNumber: '1' },
      events: [],
      parameters:
        device.informed === undefined
          ? []
          : [{ name: 'Device.DeviceInfo.SoftwareVersion', type: 'xsd:string', value: device.informed }],
    },
  },
  at: new Date(0),
  findings: {
    ...{ deviceId: {}, cwmp: '', root: 'Device.', bootstrapped: false, firmware: device.firmware ?? '1.2.3' },
    rpcMethods: device.rpcs ?? ['Reboot', 'FactoryReset'],
    parameters: parameters(device.names ?? []),
  },
  ...(device.authentication ? { authentication: device.authentication } : {}),
  ended: device.ended ?? 'completed',
})

const digest = { acs: { authentication: { scheme: 'digest', username: 'cpe', password: 'secret' } } }
const found = (profile: object, device: Device = {}, earlier?: Parameters<typeof contradictions>[2]) =>
  contradictions(profileSchema.parse(profile), heard(device), earlier)
    .filter(({ state }) => state !== 'fine')
    .map(({ state, text }) => `${state}: ${text}`)

test('a device that is as its profile says contradicts nothing', () => {
  expect(found({ device: { name: 'acme rg500', firmware: '1.2.3' }, control: { reboot: 'rpc' } })).toEqual([])
  expect(found(digest, { authentication: { scheme: 'digest', ok: true, username: 'cpe' } })).toEqual([])
  expect(found({ features: { udp: true } }, { names: udp })).toEqual([])
})

test.each<[string, object, Device]>([
  ['udp', { features: { udp: true } }, {}],
  ['xmpp', { features: { xmpp: true } }, {}],
  ['left out', { features: { udp: false } }, { names: udp }],
  ['reboot', { control: { reboot: 'rpc' } }, { rpcs: ['GetRPCMethods', 'FactoryReset'] }],
  ['factory reset', { control: { factoryReset: 'rpc' } }, { rpcs: ['Reboot'] }],
  ['no RPCs told', { control: { reboot: 'rpc' } }, { rpcs: [] }],
  ['firmware', { device: { firmware: '1.2.4' } }, {}],
  ['name', { device: { name: 'Other GmbH X1' } }, {}],
  ['no credentials', digest, { authentication: { scheme: 'none', ok: false }, ended: 'not-authenticated' }],
  ['user', digest, { authentication: { scheme: 'digest', ok: false, username: 'other' }, ended: 'not-authenticated' }],
  [
    'password',
    digest,
    { authentication: { scheme: 'digest', ok: false, username: 'cpe' }, ended: 'not-authenticated' },
  ],
  ['scheme', digest, { authentication: { scheme: 'basic', ok: false, username: 'cpe' }, ended: 'not-authenticated' }],
  ['undeclared', {}, { authentication: { scheme: 'basic', ok: true, username: 'cpe' } }],
])('%s', (_, profile, device) => {
  expect(found(profile, device)).toMatchSnapshot()
})

test('a baseline of another device', () => {
  const run = { path: 'runs/a', startedAt: '2026-03-02T10:00:00Z', simulated: false, device: { oui: 'FFFFFF' } }
  expect(found({}, {}, { type: 'baseline', run, broken: [] })).toEqual([
    'problem: baseline.run: runs/a is the run of another device: its OUI is "FFFFFF", that of this one "00A0BC".',
  ])
})

test('a session that ended too early says nothing of what the device supports', () => {
  const { findings: _, ...early } = heard({})
  const texts = contradictions(profileSchema.parse({ features: { udp: true } }), early, undefined).map(
    ({ text }) => text,
  )
  expect(texts).toEqual(['What the device supports could not be looked at: its session ended before it was asked.'])
})

test('the firmware that every Inform tells is compared even where the device is not let in', () => {
  const authentication = { scheme: 'digest', ok: false, username: 'other' } as const
  const { findings: _, ...refused } = heard({ informed: '1.2.3', authentication, ended: 'not-authenticated' })
  const texts = (firmware: string) =>
    contradictions(profileSchema.parse({ ...digest, device: { firmware } }), refused, undefined).map(({ text }) => text)
  const told = 'device.firmware is "9.9", but the device says that it runs "1.2.3" (SoftwareVersion).'
  expect(texts('9.9')).toContain(told)
  expect(texts('1.2.3').filter(text => text.startsWith('device.firmware'))).toEqual([])
})
