import { expect, test } from 'vitest'
import { readHostAndPort } from './host-and-port.ts'

test.each([
  ['192.0.2.1:7547', { address: '192.0.2.1', port: 7547 }],
  ['192.0.2.1', { address: '192.0.2.1', port: 80 }],
  ['[2001:db8::1]:7547', { address: '2001:db8::1', port: 7547 }],
  ['[2001:db8::1]', { address: '2001:db8::1', port: 80 }],
  ['cpe.example:80', { address: 'cpe.example', port: 80 }],
])('%s is an address', (value, endpoint) => {
  expect(readHostAndPort(value)).toEqual(endpoint)
})

test.each([undefined, '', ':7547', '192.0.2.1:', '192.0.2.1:0', '192.0.2.1:65536', '2001:db8::1:7547', 'a b:1'])(
  '%s is none',
  value => {
    expect(readHostAndPort(value)).toBeUndefined()
  },
)
