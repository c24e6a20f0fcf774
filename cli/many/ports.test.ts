import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { profileSchema } from '../../harness/device/profile.ts'
import { isFree } from './free-port.ts'
import { chosenPorts, withPorts } from './ports.ts'
import type { NamedProfile, ServerKey } from './profiles.ts'

function device(label: string, written: object, ...named: ServerKey[]): NamedProfile {
  return { label, path: `${label}.yaml`, profile: profileSchema.parse(written), named: new Set(named) }
}

const allFree = () => Promise.resolve(true)

test('servers without a place get the next ports that are free and named by nobody', async () => {
  const plain = device('a', {})
  const devices = [
    plain,
    device('b', { acs: { listen: '127.0.0.1:7548' } }, 'acs'),
    device('c', { features: { xmpp: false } }),
  ]
  const taken = (protocol: string, port: number) => Promise.resolve(!(protocol === 'udp' && port === 3478))
  const [a, b, c] = (await withPorts(devices, taken)) as [NamedProfile, NamedProfile, NamedProfile]
  const places = [a, b, c].map(({ profile: { acs, xmpp, stun } }) => [acs.listen, xmpp?.listen, stun?.listen])
  expect(places).toEqual([
    ['0.0.0.0:7547', '0.0.0.0:5222', '0.0.0.0:3479'],
    ['127.0.0.1:7548', '0.0.0.0:5223', '0.0.0.0:3480'],
    ['0.0.0.0:7549', undefined, '0.0.0.0:3481'],
  ])
  expect(chosenPorts(plain, a)).toEqual(['acs.listen 7547', 'xmpp.listen 5222', 'stun.listen 3479'])
})

test('what a profile says besides of a server is kept', async () => {
  const external = { server: 'external', domain: 'x.test', account: { username: 'u', password: 'p' } }
  const component = { host: '127.0.0.1', port: 5275, secret: 's' }
  const devices = [device('a', { xmpp: { ...external, component } }), device('b', { xmpp: { domain: 'own.test' } })]
  const [a, b] = (await withPorts(devices, allFree)) as [NamedProfile, NamedProfile]
  expect(a.profile.xmpp).toEqual(devices[0]?.profile.xmpp)
  expect(b.profile.xmpp).toMatchObject({ domain: 'own.test', listen: '0.0.0.0:5222' })
})

test('all clashes are said at once, with the settings and what to do', async () => {
  const devices = [
    device('a', { acs: { listen: '0.0.0.0:7547' }, stun: { listen: '127.0.0.1:3478' } }, 'acs', 'stun'),
    device('b', { acs: { listen: '127.0.0.1:7547' }, stun: { listen: '127.0.0.2:3478' } }, 'acs', 'stun'),
    device('c', { acs: { listen: '127.0.0.1:0' }, xmpp: { listen: '[::]:7547' } }, 'acs', 'xmpp'),
    device('d', { acs: { listen: '127.0.0.1:0' }, stun: { listen: '127.0.0.1:3478' } }, 'acs', 'stun'),
  ]
  await expect(withPorts(devices, allFree)).rejects.toThrow(
    [
      'These profiles cannot run side by side, because two servers cannot listen at one place:',
      '  0.0.0.0:7547 and 127.0.0.1:7547 and [::]:7547: a.yaml (acs.listen), b.yaml (acs.listen), c.yaml (xmpp.listen)',
      '  127.0.0.1:3478 (UDP): a.yaml (stun.listen), d.yaml (stun.listen)',
      'Give each a port of its own, or leave the setting out and the next free port is taken.',
    ].join('\n'),
  )
})

test('two servers of one profile that want one port clash too', async () => {
  const one = device('a', { xmpp: { listen: '0.0.0.0:5223', directTls: '0.0.0.0:5223' } }, 'xmpp')
  await expect(withPorts([one], allFree)).rejects.toThrow('a.yaml (xmpp.listen), a.yaml (xmpp.directTls)')
})

test('a port at which something listens is not free', async () => {
  const server = createServer().listen(0, '0.0.0.0')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await isFree('tcp', port)).toBe(false)
  expect(await isFree('udp', port)).toBe(true)
  server.close()
  await once(server, 'close')
  expect(await isFree('tcp', port)).toBe(true)
})
