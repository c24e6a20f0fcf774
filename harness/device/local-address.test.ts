import { isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { localAddresses, secondLocalAddress } from './local-address.ts'

test('on the loopback every 127/8 address is ours, and of IPv6 there is only one', () => {
  expect(secondLocalAddress('127.0.0.1', '127.0.0.1')).toBe('127.0.0.2')
  expect(secondLocalAddress('::1', '::1')).toBeUndefined()
})

test('addresses for devices are neither loopback nor link-local, IPv4 first', () => {
  const families = localAddresses().map(isIP)
  expect(families).toEqual(families.toSorted((a, b) => a - b))
  for (const address of localAddresses()) expect(address).not.toMatch(/^(127\.|::1$|fe80:)/)
})

test('the second address is another one of the same interface and family, or none', () => {
  for (const infos of Object.values(networkInterfaces()))
    for (const { address, internal } of infos ?? []) {
      if (internal || address.startsWith('fe80:')) continue
      const second = secondLocalAddress(address, address.includes(':') ? '2001:db8::99' : '198.51.100.99')
      if (second === undefined) continue
      expect(second).not.toBe(address)
      expect(isIP(second)).toBe(isIP(address))
      expect(infos?.map(info => info.address)).toContain(second)
    }
  expect(secondLocalAddress('203.0.113.77', '203.0.113.1')).toBeUndefined()
})

test('an IPv6 address comes with the brackets of its URL, too', () => {
  for (const address of localAddresses().filter(isIPv6))
    expect(secondLocalAddress(`[${address}]`, '2001:db8::99')).toBe(secondLocalAddress(address, '2001:db8::99'))
})
