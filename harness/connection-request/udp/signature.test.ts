import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { udpSignature } from './signature.ts'

const values = { ts: '1120673700', id: '1234', un: 'CPE57689', cn: 'XTGRWIPC6D3IPXS3' }

test.each([
  ['password', 'F749EE6D9E3BC469FB709EAD2A75EE7535F58552'],
  ['secret', 'FDA44088E52A347CE49D6312521D5621EEB40037'],
  ['', '5F944EAEB0FB75E6B16C804E2CFF5C8382AA446E'],
])('with the password "%s" is the known one', (password, signature) => {
  expect(udpSignature(password, values)).toBe(signature)
})

test('is 40 hexadecimal digits, over the values one after another', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.record({ ts: fc.string(), id: fc.string(), un: fc.string(), cn: fc.string() }),
      (key, v) => {
        const signature = udpSignature(key, v)
        expect(signature).toMatch(/^[0-9A-F]{40}$/)
        const hmac = createHmac('sha1', Buffer.from(key)).update(Buffer.from(`${v.ts}${v.id}${v.un}${v.cn}`))
        expect(signature.toLowerCase()).toBe(hmac.digest('hex'))
      },
    ),
  )
})

test('depends on every value, on the password, and on nothing between them', () => {
  const signature = udpSignature('password', values)
  for (const name of ['ts', 'id', 'un', 'cn'] as const)
    expect(udpSignature('password', { ...values, [name]: `${values[name]}x` })).not.toBe(signature)
  expect(udpSignature('passworD', values)).not.toBe(signature)
  expect(udpSignature('password', { ...values, ts: '11206737001', id: '234' })).toBe(signature)
})
