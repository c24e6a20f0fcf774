import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bytesOfAddress, plainAddress, textOfAddress } from './ip-address.ts'

test.each([
  ['192.0.2.1', 'c0000201', '192.0.2.1'],
  ['::', '0'.repeat(32), '::'],
  ['::1', `${'0'.repeat(31)}1`, '::1'],
  ['2001:DB8:0:0:1:0:0:1', '20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
  ['fe80::1%eth0', `fe80${'0'.repeat(27)}1`, 'fe80::1'],
  ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221', '64:ff9b::c000:221'],
  ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201', '192.0.2.1'],
])('%s', (text, hex, again) => {
  expect(bytesOfAddress(text).toString('hex')).toBe(hex)
  expect(textOfAddress(bytesOfAddress(text))).toBe(again)
})

test('an address of IPv6 is written as everybody writes it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 0xffff })), { minLength: 8, maxLength: 8 }),
      groups => {
        fc.pre(groups[5] !== 0xffff)
        const long = groups.map(group => group.toString(16)).join(':')
        const text = textOfAddress(bytesOfAddress(long))
        expect(`[${text}]`).toBe(new URL(`http://[${long}]`).hostname)
        expect(bytesOfAddress(text)).toEqual(bytesOfAddress(long))
      },
    ),
  )
})

test.each([
  '',
  'localhost',
  '1.2.3',
  '1.2.3.256',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7::8',
  'g::',
  '::1.2.3.999',
])('"%s" is no address', text => {
  expect(() => bytesOfAddress(text)).toThrow('is no IP address')
})

test('IPv4 looks the same on a dual-stack socket', () => {
  expect(plainAddress('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(plainAddress('2001:db8::1')).toBe('2001:db8::1')
})
