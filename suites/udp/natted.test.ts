import { expect, test } from 'vitest'
import { mayBeNatted } from './natted.ts'

const bound = { state: 'bound', detail: 'It is bound.', binding: { address: '192.0.2.2', port: 7547 } } as const

test('what the device told of its own address decides', () => {
  const connectionRequestUrl = 'http://10.0.0.1:7547/'
  expect(mayBeNatted({ udp: { ...bound, natted: false }, connectionRequestUrl })).toBe(false)
  expect(mayBeNatted({ udp: { ...bound, natted: true }, connectionRequestUrl: 'http://192.0.2.2/' })).toBe(true)
})

test.each([
  ['http://192.0.2.2:7547/', false],
  ['http://10.0.0.1:7547/', true],
  ['http://cpe.example/', true],
  ['', true],
])('else its ConnectionRequestURL %s does', (connectionRequestUrl, natted) => {
  expect(mayBeNatted({ udp: bound, connectionRequestUrl })).toBe(natted)
})

test('what it told with STUN on already is no address of its own, nor is that of all interfaces', () => {
  const told = (enable: string, address: string) => ({
    root: 'Device.' as const,
    parameters: {
      'Device.ManagementServer.STUNEnable': { value: enable, writable: true },
      'Device.ManagementServer.UDPConnectionRequestAddress': { value: address, writable: false },
    },
  })
  const behind = { udp: { ...bound, natted: false }, connectionRequestUrl: 'http://10.0.0.1:7547/' }
  const direct = { udp: { ...bound, natted: true }, connectionRequestUrl: 'http://192.0.2.2:7547/' }
  expect(mayBeNatted({ ...behind, ...told('1', '192.0.2.2:7547') })).toBe(true)
  expect(mayBeNatted({ ...behind, ...told('0', '192.0.2.2:7547') })).toBe(false)
  expect(mayBeNatted({ ...direct, ...told('true', '198.51.100.7:999') })).toBe(false)
  expect(mayBeNatted({ ...direct, ...told('0', '0.0.0.0:7547') })).toBe(false)
})

test('and an IPv6 address counts without its brackets', () => {
  const udp = { ...bound, binding: { address: '2001:db8::2', port: 7547 } }
  expect(mayBeNatted({ udp, connectionRequestUrl: 'http://[2001:db8::2]:7547/' })).toBe(false)
})
