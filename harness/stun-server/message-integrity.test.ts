import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IntegrityVariant } from '../timeline/udp-entry.ts'
import { integrityKey, matchingIntegrity, standardIntegrity, withIntegrity } from './message-integrity.ts'
import { readStunMessage } from './read-message.ts'
import { ordinaryStunLimits as limits } from './stun-limits.ts'
import { bindingRequest, named, primary } from './test-handler.ts'

const matches = (datagram: Buffer, password: string) =>
  matchingIntegrity(datagram, readStunMessage(datagram, limits), password)

const variants = [true, false].flatMap(padded =>
  [true, false].flatMap(lengthIncludesIntegrity =>
    (['password', 'long-term'] as const).map((key): IntegrityVariant => ({ padded, lengthIncludesIntegrity, key })),
  ),
)

/** RFC 5769 2.1 */
const sampleRequest = Buffer.from(
  [
    '000100582112a442b7e7a701bc34d686fa87dfae',
    '802200105354554e207465737420636c69656e74',
    '002400046e0001ff',
    '80290008932ff9b151263b36',
    '000600096576746a3a68367659202020',
    '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2',
    '80280004e57a3bcf',
  ].join(''),
  'hex',
)

test('the sample request of RFC 5769 matches unpadded, with the attribute in the length', () => {
  expect(matches(sampleRequest, 'VOkJxbRl1RmTxUk/WvJxBt')).toEqual([
    { padded: false, lengthIncludesIntegrity: true, key: 'password' },
  ])
  expect(matches(sampleRequest, 'VOkJxbRl1RmTxUk/WvJxBT')).toEqual([])
})

describe('a request computed by hand', () => {
  const before = Buffer.concat([
    Buffer.from('0001003c', 'hex'),
    Buffer.from('0123456789abcdef'),
    Buffer.from('c00100146473', 'hex'),
    Buffer.from('lforum.org/TR-111 '),
    Buffer.from('00060008', 'hex'),
    Buffer.from('CPE57689'),
  ])
  const signed = (input: Buffer, length: number) => {
    const counted = Buffer.from(input)
    counted.writeUInt16BE(length, 2)
    const hmac = createHmac('sha1', 'password').update(counted).digest()
    return Buffer.concat([before, Buffer.from('00080014', 'hex'), hmac])
  }

  test('has 56 bytes before, which 8 zeros fill up to 64 (RFC 3489 11.2.8)', () => {
    expect(before.length).toBe(56)
    const padded = Buffer.concat([before, Buffer.alloc(8)])
    expect(matches(signed(padded, 60), 'password')).toEqual([standardIntegrity])
    expect(matches(signed(padded, 36), 'password')).toEqual([{ ...standardIntegrity, lengthIncludesIntegrity: false }])
  })

  test('matches unpadded, too', () => {
    expect(matches(signed(before, 60), 'password')).toEqual([{ ...standardIntegrity, padded: false }])
    expect(matches(signed(before, 36), 'password')).toEqual([
      { padded: false, lengthIncludesIntegrity: false, key: 'password' },
    ])
  })

  test('matches nothing with zeros up to another length', () => {
    expect(matches(signed(Buffer.concat([before, Buffer.alloc(4)]), 60), 'password')).toEqual([])
  })

  test('matches with attributes behind it, counted or not', () => {
    const padded = Buffer.concat([before, Buffer.alloc(8)])
    for (const length of [60, 64]) {
      const followed = Buffer.concat([signed(padded, length), Buffer.from('c0020000', 'hex')])
      followed.writeUInt16BE(64, 2)
      expect(matches(followed, 'password')).toEqual([standardIntegrity])
    }
  })
})

test.each(variants)('padded $padded, length included $lengthIncludesIntegrity, $key: what is made matches', variant => {
  const plain = bindingRequest([primary, named('cpe1'), { code: 0x0014, value: Buffer.from('lab ') }])
  const key = integrityKey(readStunMessage(plain, limits), 'secret', variant.key)
  expect(matches(withIntegrity(plain, key, variant), 'secret')).toEqual([variant])
})

test('without REALM the long-term key is not tried', () => {
  const plain = bindingRequest([primary, named('cpe1')])
  const key = integrityKey(readStunMessage(plain, limits), 'secret', 'long-term')
  expect(matches(withIntegrity(plain, key, { ...standardIntegrity, key: 'long-term' }), 'secret')).toEqual([])
})

test('an input of a multiple of 64 bytes is both', () => {
  const plain = bindingRequest([named('x'.repeat(40))])
  expect(plain.length).toBe(64)
  expect(matches(withIntegrity(plain, 'secret', standardIntegrity), 'secret').map(({ padded }) => padded)).toEqual([
    true,
    false,
  ])
})

test('a changed byte matches nothing', () => {
  const datagram = withIntegrity(bindingRequest([primary, named('cpe1')]), 'secret', standardIntegrity)
  fc.assert(
    // The length field decides how the message is read: it is another matter.
    fc.property(fc.integer({ min: 4, max: 43 }), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const changed = Buffer.from(datagram)
      changed[at] = (changed[at] ?? 0) ^ change
      expect(matches(changed, 'secret')).toEqual([])
    }),
  )
})

test('one of another length than 20 bytes matches nothing', () => {
  expect(matches(bindingRequest([{ code: 0x0008, value: Buffer.alloc(16) }]), 'secret')).toEqual([])
})
