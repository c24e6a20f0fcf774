import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createRealClock } from '../clock/real-clock.ts'
import { readAddress, writeAddress, xorAddress } from './address-attribute.ts'
import { attributeTypes, connectionRequestBindingValue } from './attribute-types.ts'
import { readErrorCode, writeErrorCode } from './error-code.ts'
import { rawOf, recordOf } from './message-record.ts'
import { readStunMessage, whyNotStun } from './read-message.ts'
import { ordinaryStunLimits as limits } from './stun-limits.ts'
import { writeStunMessage } from './write-message.ts'

const transaction = Buffer.from('0123456789abcdef')
const id = transaction.toString('hex')
const hex = (...parts: string[]) => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex')
const codes = (datagram: Buffer) => recordOf(readStunMessage(datagram, limits), limits).problems.map(({ code }) => code)

describe('what is no STUN message', () => {
  test.each([
    ['', 'it is empty'],
    ['4745540000', 'neither 0 nor 1'],
    ['0001 0000 0102', 'shorter than the 20 bytes'],
    [`0001 f000 ${id}`, 'its length field says 61440'],
    [`8001 0000 ${id}`, 'neither 0 nor 1'],
    [`0001 0000 ${id} ${'00'.repeat(2040)}`, 'longer than 2048 bytes'],
  ])('%s', (bytes, reason) => {
    expect(whyNotStun(hex(bytes), limits)).toContain(reason)
  })

  test('a Binding Request is one, with or without a cookie', () => {
    expect(whyNotStun(hex('0001 0000', id), limits)).toBeUndefined()
    expect(whyNotStun(hex('0001 0000 2112a442', id.slice(8)), limits)).toBeUndefined()
  })
})

test('CONNECTION-REQUEST-BINDING and BINDING-CHANGE have these bytes (G.2.1.3)', () => {
  const written = writeStunMessage(0x0001, transaction, [
    { code: attributeTypes.connectionRequestBinding, value: connectionRequestBindingValue },
    { code: attributeTypes.bindingChange, value: Buffer.alloc(0) },
  ])
  const bytes = hex('0001 001c', id, 'c001 0014 64736c666f72756d2e6f72672f54522d31313120', 'c002 0000')
  expect(written.toString('hex')).toBe(bytes.toString('hex'))
  expect(recordOf(readStunMessage(bytes, limits), limits)).toEqual({
    problems: [],
    record: {
      code: 1,
      name: 'Binding Request',
      transaction: id,
      magicCookie: false,
      attributes: [
        {
          code: 0xc001,
          name: 'CONNECTION-REQUEST-BINDING',
          length: 20,
          hex: '64736c666f72756d2e6f72672f54522d31313120',
          text: 'dslforum.org/TR-111 ',
        },
        { code: 0xc002, name: 'BINDING-CHANGE', length: 0, hex: '' },
      ],
    },
  })
})

test('a response with every kind of value is told', () => {
  const mapped = writeAddress({ address: '192.0.2.10', port: 7547 })
  const written = writeStunMessage(0x0111, hex('2112a442', id.slice(8)), [
    { code: attributeTypes.mappedAddress, value: mapped },
    { code: attributeTypes.xorMappedAddress, value: hex('0001 3c69 e112 a648') },
    { code: attributeTypes.earlyXorMappedAddress, value: hex('0001 3c69 e112 a648') },
    { code: attributeTypes.responseAddress, value: writeAddress({ address: '2001:db8::1', port: 80 }) },
    { code: attributeTypes.errorCode, value: writeErrorCode(401, 'Unauthorized') },
    { code: attributeTypes.username, value: Buffer.from('cpe5\0  \0') },
    { code: attributeTypes.realm, value: Buffer.from('lab.test') },
    { code: 0x7abc, value: hex('01020304') },
  ])
  const { record, problems } = recordOf(readStunMessage(written, limits), limits)
  expect(record).toMatchObject({ name: 'Binding Error Response', magicCookie: true })
  expect(record.attributes.map(({ name, address, error, text }) => address ?? error ?? text ?? name)).toEqual([
    { address: '192.0.2.10', port: 7547 },
    { address: '192.0.2.10', port: 7547 },
    { address: '192.0.2.10', port: 7547 },
    { address: '2001:db8::1', port: 80 },
    401,
    'cpe5',
    'lab.test',
    'unknown',
  ])
  expect(problems.map(({ code }) => code)).toEqual(['unknown-mandatory-attribute'])
})

describe('what is wrong with a message', () => {
  test.each([
    ['nothing', hex('0001 0000', id), []],
    ['the length counts the header', hex('0001 0018', id, 'c002 0000'), ['length-mismatch']],
    ['the length is 0 although attributes follow', hex('0001 0000', id, 'c002 0000'), ['length-mismatch']],
    ['cut in an attribute', hex('0001 0018', id, 'c001 0014 6473'), ['length-mismatch', 'attribute-beyond-end']],
    ['an attribute longer than the message', hex('0001 0008', id, 'c001 0014 64736c66'), ['attribute-beyond-end']],
    ['bytes behind the last attribute', hex('0001 0006', id, 'c002 0000 0000'), ['trailing-bytes']],
    ['bytes behind the message', hex('0001 0004', id, 'c002 0000 ffffff'), ['length-mismatch', 'trailing-bytes']],
    ['padding behind a value', hex('0001 000c', id, '0006 0005 6162636465 000000'), ['attribute-length-unaligned']],
    ['no padding behind a value', hex('0001 0009', id, '0006 0005 6162636465'), ['attribute-length-unaligned']],
    ['the same attribute again', hex('0001 0008', id, 'c002 0000 c002 0000'), ['duplicate-attribute']],
    [
      'more attributes than anybody needs',
      hex('0001 0190', id, 'c0030000'.repeat(100)),
      ['too-many-attributes', ...Array.from({ length: 63 }, () => 'duplicate-attribute')],
    ],
    ['an address of no family', hex('0001 000c', id, '0002 0008 0003 1d7b c000020a'), ['bad-address']],
    [
      'an error code without a class',
      hex('0111 0006', id, '0009 0002 0401'),
      ['attribute-length-unaligned', 'bad-error-code'],
    ],
  ])('%s', (_, datagram, problems) => {
    expect(codes(datagram)).toEqual(problems)
  })

  test.each([
    ['with padding', '0001 0010', '0006 0005 6162636465 000000'],
    ['without padding', '0001 000d', '0006 0005 6162636465'],
  ])('an attribute behind one of 5 bytes is found %s', (_, start, attribute) => {
    const { attributes } = readStunMessage(hex(start, id, attribute, 'c002 0000'), limits)
    expect(attributes.map(({ code, length, value }) => [code, length, value.toString()])).toEqual([
      [6, 5, 'abcde'],
      [0xc002, 0, ''],
    ])
  })
})

test('an HMAC and a password are not written down', () => {
  const secret = Buffer.alloc(20, 'S')
  const datagram = writeStunMessage(0x0001, transaction, [
    { code: attributeTypes.password, value: secret },
    { code: attributeTypes.messageIntegrity, value: secret },
  ])
  const message = readStunMessage(datagram, limits)
  const written = JSON.stringify([recordOf(message, limits), rawOf(datagram, message)])
  expect(written).not.toMatch(/SSSS|5353|U1NT/)
  expect(rawOf(datagram, message).length).toBe(datagram.length)
})

describe('for whatever bytes', () => {
  const attribute = fc.record({
    code: fc.integer({ min: 0, max: 0xffff }),
    value: fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes)),
  })
  const aligned = attribute.filter(({ value }) => value.length % 4 === 0)

  test('what was written is read again', () => {
    fc.assert(
      fc.property(
        fc.array(aligned, { maxLength: 20 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (list, key) => {
          const {
            attributes,
            transaction: read,
            problems,
          } = readStunMessage(writeStunMessage(1, Buffer.from(key), list), limits)
          expect(read).toEqual(Buffer.from(key))
          expect(attributes.map(({ code, value }) => ({ code, value }))).toEqual(list)
          expect(problems.filter(({ code }) => !/duplicate|unknown/.test(code))).toEqual([])
        },
      ),
    )
  })

  test('the reader never throws', () => {
    const start = fc
      .constantFrom('', `0001 0000 ${id}`, `0001 0040 ${id}`, `0101 000c ${id} 0001`)
      .map(text => hex(text))
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 300 }), (first, rest) => {
        const datagram = Buffer.concat([first, rest])
        fc.pre(whyNotStun(datagram, limits) === undefined)
        const message = readStunMessage(datagram, limits)
        const { record } = recordOf(message, limits)
        expect(record.attributes.length).toBeLessThanOrEqual(limits.attributes)
        for (const { offset, value } of message.attributes)
          expect(offset + 4 + value.length).toBeLessThanOrEqual(datagram.length)
      }),
      { numRuns: 2000 },
    )
  })

  test('the time grows with the length only', () => {
    const clock = createRealClock()
    const datagram = Buffer.concat([hex('0001 fffc', id), Buffer.from('c0030000'.repeat(16_383), 'hex')])
    const before = clock.now()
    expect(readStunMessage(datagram, { attributes: 20_000 }).attributes).toHaveLength(16_383)
    // A comparison of each with each would be 268 million of them.
    expect(clock.now() - before).toBeLessThan(500)
  })

  test('an address is read as it was written, and hidden and shown by the id', () => {
    const address = fc.oneof(
      fc.ipV4(),
      fc.integer({ min: 1, max: 0xffff }).map(group => `2001:db8::${group.toString(16)}`),
    )
    fc.assert(
      fc.property(
        address,
        fc.integer({ min: 0, max: 65_535 }),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        (host, port, key) => {
          const value = writeAddress({ address: host, port })
          const hidden = xorAddress(value, Buffer.from(key))
          expect(readAddress(value)).toEqual({ address: host, port })
          expect(readAddress(xorAddress(hidden, Buffer.from(key)))).toEqual({ address: host, port })
        },
      ),
    )
  })

  test('an error code is read as it was written, in a multiple of 4 bytes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 699 }),
        fc.stringMatching(/^([a-z]([a-z ]*[a-z])?)?$/),
        (error, reason) => {
          const value = writeErrorCode(error, reason)
          expect(value.length % 4).toBe(0)
          expect(readErrorCode(value)).toEqual({ error, reason })
        },
      ),
    )
  })
})
