import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparedFacts } from './compared-facts.ts'

const profile = {
  device: { name: 'ACME RG-500', firmware: '1.2.3' },
  features: { http: 'auto', udp: true, xmpp: true },
  acs: { url: 'http://192.0.2.10:7547/acs', authentication: { scheme: 'digest', password: '[redacted]' } },
  connectionRequest: { username: 'rg500' },
  control: { reboot: 'rpc' },
  timing: { idle: 2000, watch: 60_000 },
}
const probe = {
  deviceId: { manufacturer: 'ACME', productClass: 'RG-500', oui: '00D09E' },
  root: 'Device.',
  firmware: '1.2.4',
  parameters: {
    'Device.RootDataModelVersion': { value: '2.12' },
    'Device.ManagementServer.URL': { value: 'http://192.0.2.10:7547/acs' },
  },
  reachability: { state: 'refused', detail: 'Nothing listens.' },
  udp: { state: 'bound', detail: 'It is bound.', server: { host: '192.0.2.10', port: 3478 }, natted: false },
  xmpp: { state: 'not-connected', detail: 'No stream came.' },
  credentialsWork: false,
  control: { reboot: 'rpc' },
}
const factsOf = (compared: ReturnType<typeof comparedFacts>) =>
  Object.fromEntries(compared.map(({ fact, declared, found }) => [fact, [declared, found]]))

test('what the profile says stands beside what was found', () => {
  expect(factsOf(comparedFacts({ profile, probe }))).toEqual({
    Device: ['ACME RG-500', 'ACME RG-500'],
    Firmware: ['1.2.3', '1.2.4'],
    OUI: [undefined, '00D09E'],
    'Data model': [undefined, 'Device. 2.12'],
    'ACS URL': ['http://192.0.2.10:7547/acs', 'http://192.0.2.10:7547/acs'],
    'The device authenticates to the ACS with': ['digest', undefined],
    'Connection Requests by HTTP': ['auto', 'Nothing listens.'],
    'Credentials of Connection Requests': ['user "rg500"', 'not accepted'],
    'Connection Requests by UDP': ['yes', 'It is bound.'],
    'STUN server': [undefined, '192.0.2.10 port 3478'],
    'NAT between the device and the lab': [undefined, 'no'],
    'Connection Requests by XMPP': ['yes', 'No stream came.'],
    'It is rebooted by': ['rpc', 'rpc'],
    Waits: ['idle 2 s, watch 1 min 00 s', undefined],
  })
})

test('only what contradicts is marked: what was left to the probe cannot', () => {
  const differing = comparedFacts({ profile, probe }).filter(({ differs }) => differs)
  expect(differing.map(({ fact }) => fact)).toEqual([
    'Firmware',
    'Credentials of Connection Requests',
    'Connection Requests by XMPP',
  ])
})

test('data of any shape gives rows of text', () => {
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (anyProfile, anyProbe) => {
      for (const { declared, found, differs } of comparedFacts({ profile: anyProfile, probe: anyProbe })) {
        expect([declared, found].every(text => text === undefined || typeof text === 'string')).toBe(true)
        if (differs) expect([declared, found]).not.toContain(undefined)
      }
    }),
  )
  expect(comparedFacts({ profile: null, probe: undefined })).toEqual([])
})
