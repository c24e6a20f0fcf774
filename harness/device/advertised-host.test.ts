import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseHost } from './advertised-host.ts'

test.each([
  ['192.0.2.10', { host: '192.0.2.10' }],
  ['192.0.2.10:3478', { host: '192.0.2.10', port: 3478 }],
  ['stun.example', { host: 'stun.example' }],
  ['stun.example:3479', { host: 'stun.example', port: 3479 }],
  ['[2001:db8::1]', { host: '2001:db8::1' }],
  ['[2001:db8::1]:3478', { host: '2001:db8::1', port: 3478 }],
  ['2001:db8::1', { host: '2001:db8::1' }],
  ['::1', { host: '::1' }],
  ['2001:db8::1:3478', { host: '2001:db8::1:3478' }],
])('%s is %j', (text, found) => {
  expect(parseHost(text)).toEqual(found)
})

test('any address with or without a port comes back as it was', () => {
  const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain())
  fc.assert(
    fc.property(host, fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }), (name, port) => {
      const bracketed = name.includes(':') ? `[${name}]` : name
      const text = port === undefined ? bracketed : `${bracketed}:${port}`
      expect(parseHost(text)).toEqual(port === undefined ? { host: name } : { host: name, port })
    }),
  )
})
