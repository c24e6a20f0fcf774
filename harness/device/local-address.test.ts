import { isIP } from 'node:net'
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

test('the second address is another of this machine, of the same family', () => {
  for (const address of [...localAddresses(), '192.0.2.1', '2001:db8::1']) {
    const second = secondLocalAddress(address, address.includes(':') ? '2001:db8::2' : '192.0.2.2')
    const others = localAddresses().filter(other => other !== address && isIP(other) === isIP(address))
    expect(second).toBe(others[0])
  }
})
