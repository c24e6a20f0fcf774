import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Accounts, createAccounts } from '../accounts.ts'
import { type ScramHash, scramKeys } from './scram-keys.ts'
import { readClientFinal, readClientFirst, writeSaslName } from './scram-message.ts'
import { createScramExchange } from './scram.ts'
import { saslprep } from './saslprep.ts'

/** The account `user` with the password `pencil` and a known salt. */
function accountsWith(hash: ScramHash, salt: string): Accounts {
  const keys = scramKeys(hash, 'pencil', Buffer.from(salt, 'base64'))
  return { ...createAccounts('example.com'), scramKeys: () => keys }
}

const examples = [
  {
    name: 'RFC 5802 5',
    hash: 'sha1',
    salt: 'QSXCR+Q6sek8bf92',
    serverNonce: '3rfcNHYJY1ZVvWVs7j',
    first: 'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL',
    challenge: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    success: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    name: 'RFC 7677 3',
    hash: 'sha256',
    salt: 'W22ZaJ0SNY7soEsUEjb6gQ==',
    serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
    first: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
    challenge: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final: 'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    success: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const

test.each(examples)('the example of $name', ({ hash, salt, serverNonce, first, challenge, final, success }) => {
  const exchange = createScramExchange(hash, accountsWith(hash, salt), () => serverNonce)
  expect(exchange.step(Buffer.from(first))).toEqual({ kind: 'challenge', data: challenge })
  expect(exchange.claimed).toBe('user')
  expect(exchange.step(Buffer.from(final))).toEqual({ kind: 'success', username: 'user', data: success })
})

test.each([
  ['another proof', (final: string) => final.replace('p=v0X8', 'p=v0X9'), 'not-authorized'],
  ['another nonce', (final: string) => final.replace('r=fyko', 'r=fykO'), 'not-authorized'],
  ['another channel binding', (final: string) => final.replace('c=biws', 'c=eSws'), 'not-authorized'],
  ['a short proof', (final: string) => final.replace(/p=.*/, 'p=AAAA'), 'not-authorized'],
  ['no proof', (final: string) => final.replace(/,p=.*/, ''), 'malformed-request'],
  ['garbage', () => '\0\xff', 'malformed-request'],
])('%s is refused', (_, change, condition) => {
  const { hash, salt, serverNonce, first, final } = examples[0]
  const exchange = createScramExchange(hash, accountsWith(hash, salt), () => serverNonce)
  exchange.step(Buffer.from(first))
  expect(exchange.step(Buffer.from(change(final)))).toEqual({ kind: 'failure', condition })
})

test.each([
  ['p=tls-unique,,n=user,r=abc', 'malformed-request'],
  ['n,,m=ext,n=user,r=abc', 'malformed-request'],
  ['n,,n=us=er,r=abc', 'malformed-request'],
  ['n,,n=,r=abc', 'malformed-request'],
  ['n,,n=user,r=', 'malformed-request'],
  ['n=user,r=abc', 'malformed-request'],
  ['n,a=other@example.com,n=user,r=abc', 'invalid-authzid'],
])('%s is refused', (first, condition) => {
  const exchange = createScramExchange('sha1', createAccounts('example.com'))
  expect(exchange.step(Buffer.from(first))).toEqual({ kind: 'failure', condition })
})

test('the client may say that it supports channel binding, and name its own JID', () => {
  const exchange = createScramExchange('sha1', createAccounts('example.com'))
  expect(exchange.step(Buffer.from('y,a=user@example.com,n=user,r=abc'))).toMatchObject({ kind: 'challenge' })
})

test('an unknown user gets a salt, the same each time and another one than others', () => {
  const accounts = createAccounts('example.com')
  const salt = (username: string) => accounts.scramKeys(username, 'sha256').salt.toString('hex')
  expect(salt('nobody')).toBe(salt('Nobody'))
  expect(salt('nobody')).not.toBe(salt('somebody'))
  expect(salt('nobody')).toHaveLength(32)
})

test('keys are made once for each password', () => {
  const accounts = createAccounts('example.com')
  accounts.add({ username: 'user', password: 'one' })
  const keys = accounts.scramKeys('user', 'sha1')
  expect(accounts.scramKeys('USER', 'sha1')).toBe(keys)
  accounts.add({ username: 'user', password: 'two' })
  expect(accounts.scramKeys('user', 'sha1')).not.toBe(keys)
})

const saslName = fc.string({ unit: 'grapheme', minLength: 1 }).filter(text => !text.includes('\0'))
const nonce = fc.stringMatching(/^[!-+\--~]{1,40}$/)

test('any name and nonce in the first message', () => {
  fc.assert(
    fc.property(saslName, nonce, fc.constantFrom('n', 'y'), (username, text, flag) => {
      const message = `${flag},,n=${writeSaslName(username)},r=${text}`
      expect(readClientFirst(message)).toMatchObject({
        username,
        nonce: text,
        gs2Header: `${flag},,`,
        bare: message.slice(3),
        authorizationId: '',
      })
    }),
  )
})

test('any nonce, binding and proof in the final message', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(nonce, bytes, bytes, (text, binding, proof) => {
      const base64 = (data: Uint8Array) => Buffer.from(data).toString('base64')
      const withoutProof = `c=${base64(binding)},r=${text}`
      const read = readClientFinal(`${withoutProof},p=${base64(proof)}`)
      expect(read).toMatchObject({ nonce: text, withoutProof })
      expect([...(read?.proof ?? [])]).toEqual([...proof])
      expect([...(read?.channelBinding ?? [])]).toEqual([...binding])
    }),
  )
})

test('no text at all breaks the readers', () => {
  fc.assert(
    fc.property(fc.uint8Array(), bytes => {
      const message = Buffer.from(bytes)
      const { kind } = createScramExchange('sha1', createAccounts('x')).step(message)
      expect(['challenge', 'failure']).toContain(kind)
      expect(() => readClientFinal(message.toString('latin1'))).not.toThrow()
    }),
  )
})

test.each([
  ['I\u00adX', 'IX'],
  ['user', 'user'],
  ['\u00aa', 'a'],
  ['\u2168', 'IX'],
  ['a\u00a0b', 'a b'],
  ['\u0007', undefined],
])('saslprep of %j', (text, prepared) => {
  expect(saslprep(text)).toBe(prepared)
})
