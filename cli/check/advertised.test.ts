import { describe, expect, test } from 'vitest'
import { type Advertised, advertisedFindings, choiceFindings, loopbackFindings } from './advertised.ts'
import { ownAddressFindings, routeFindings } from './routes.ts'

const machine = [
  { address: '127.0.0.1', interface: 'lo', prefix: 8 },
  { address: '192.0.2.2', interface: 'eth0', prefix: 24 },
  { address: '10.0.0.5', interface: 'eth1', prefix: 8 },
  { address: '2001:db8::2', interface: 'eth0', prefix: 64 },
  { address: 'fe80::2', interface: 'eth0', prefix: 64 },
]
const acs = (host: string, more: Partial<Advertised> = {}): Advertised => ({
  ...{ about: 'acs', server: 'The ACS', setting: 'acs.url', host, port: 7547, protocol: 'tcp' },
  listening: { server: 'ACS', setting: 'acs.listen', protocol: 'tcp', address: '0.0.0.0', port: 7547 },
  ...more,
})

describe('what devices are told of a server', () => {
  const ours = { how: 'ours' } as const
  test.each<[string, Advertised, Parameters<typeof advertisedFindings>[1]]>([
    ['an address of ours where it hears', acs('192.0.2.2'), { ...ours, addresses: ['192.0.2.2'] }],
    ['a name of ours', acs('acs.lab'), { ...ours, addresses: ['192.0.2.2'] }],
    ['an address that is passed on', acs('198.51.100.1'), { ...ours, addresses: ['198.51.100.1'] }],
    ['one that is not', acs('198.51.100.1'), { how: 'not', code: 'ETIMEDOUT', addresses: ['198.51.100.1'] } as const],
    ['a name that nobody knows', acs('acs.lab'), { how: 'unresolved', code: 'ENOTFOUND', addresses: [] } as const],
    [
      'another port',
      acs('192.0.2.2', { port: 80 }),
      { how: 'not', code: 'ECONNREFUSED', addresses: ['192.0.2.2'] } as const,
    ],
    [
      'another address of ours',
      acs('10.0.0.5', { listening: { ...acs('').listening, address: '192.0.2.2' } as Advertised['listening'] }),
      { how: 'not', code: 'ECONNREFUSED', addresses: ['10.0.0.5'] } as const,
    ],
    ['link-local', acs('fe80::2'), { ...ours, addresses: ['fe80::2'] }],
    ['everywhere', acs('0.0.0.0'), { ...ours, addresses: ['0.0.0.0'] }],
    ['not tried', acs('198.51.100.1'), { how: 'unknown', addresses: ['198.51.100.1'] } as const],
    [
      "a server of the lab's own",
      acs('10.9.9.9', { about: 'xmpp', server: 'The XMPP server', setting: 'xmpp.advertise', listening: undefined }),
      { how: 'not', code: 'ECONNREFUSED', addresses: ['10.9.9.9'] } as const,
    ],
  ])('%s', (_, advertised, reached) => {
    const told = advertisedFindings(advertised, reached, machine)
    expect(
      told.map(({ state, text, todo }) => `${state}: ${text}${todo === undefined ? '' : ` → ${todo}`}`),
    ).toMatchSnapshot()
  })

  test('a call disproves what is said of the ACS, and of nothing else', () => {
    const reached = { how: 'not', code: 'ETIMEDOUT', addresses: ['198.51.100.1'] } as const
    expect(advertisedFindings(acs('198.51.100.1'), reached, machine)[0]?.disprovedByCall).toBe(true)
    expect(advertisedFindings(acs('198.51.100.1', { about: 'stun' }), reached, machine)[0]).not.toHaveProperty(
      'disprovedByCall',
    )
  })

  test('loopback is told of once', () => {
    expect(loopbackFindings([acs('127.0.0.1'), acs('127.0.0.1', { about: 'stun' }), acs('192.0.2.2')])).toHaveLength(1)
  })

  test('several addresses and none chosen', () => {
    expect(choiceFindings('192.0.2.2', 'http://192.0.2.2:7547/acs', machine)).toMatchObject([
      {
        state: 'note',
        todo: 'Another one is chosen with acs.url, for example acs: { url: "http://10.0.0.5:7547/acs" }.',
      },
    ])
    expect(choiceFindings('192.0.2.2', 'http://192.0.2.2:7547/acs', machine.slice(0, 2))).toEqual([])
  })
})

describe('the route to the device', () => {
  const told = (address: string) => [{ what: 'the ACS URL', setting: 'the host of acs.url', address, isAcs: true }]
  test.each([
    ['fits', '192.0.2.7', { address: '192.0.2.2' }, '192.0.2.2'],
    ['begins on another interface, where the device is', '10.1.2.3', { address: '10.0.0.5' }, '192.0.2.2'],
    ['leads away by another interface', '198.51.100.7', { address: '10.0.0.5' }, '192.0.2.2'],
    ['is not there', '203.0.113.5', { code: 'ENETUNREACH' }, '192.0.2.2'],
    ['ends at the device itself', '192.0.2.7', { address: '192.0.2.2' }, '127.0.0.1'],
    ['is of another family', '2001:db8::7', { address: '2001:db8::2' }, '192.0.2.2'],
    ['to a name is not known', '192.0.2.7', { address: '192.0.2.2' }, 'acs.lab'],
  ])('%s', (_, device, towards, address) => {
    const findings = routeFindings(device, towards, told(address), machine)
    expect(
      findings.map(({ state, text, todo }) => `${state}: ${text}${todo === undefined ? '' : ` → ${todo}`}`),
    ).toMatchSnapshot()
  })

  test('addresses from which the device shall be asked are ours', () => {
    expect(ownAddressFindings({ localAddress: '192.0.2.2', secondAddress: '10.9.9.9' }, machine)).toMatchObject([
      { state: 'problem', text: 'connectionRequest.secondAddress: 10.9.9.9 is no address of this machine.' },
    ])
  })
})
