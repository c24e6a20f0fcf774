import DigestClient from 'digest-fetch'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { digestAuthorization, formatDigestAuthorization, newCnonce } from './authorization.ts'

const credentials = { username: 'acs', password: 'secret' }
const request = { credentials, method: 'GET', uri: '/cr', nonceCount: 1 }

test('the header has the order that every device reads, and quotes where RFC 7616 wants them', () => {
  const challenge = { scheme: 'Digest', realm: 'cpe', nonce: 'n', opaque: '', algorithm: 'md5', qop: ['auth'] }
  const header = formatDigestAuthorization(digestAuthorization({ ...request, challenge, cnonce: 'c' }))
  expect(header).toMatch(
    /^Digest username="acs", realm="cpe", nonce="n", uri="\/cr", cnonce="c", nc=00000001, qop=auth, response="[0-9a-f]{32}", opaque="", algorithm=md5$/,
  )
})

test('without qop there is no nc and no cnonce, unless a session algorithm needs it', () => {
  const plain = digestAuthorization({ ...request, challenge: { scheme: 'Digest', realm: 'cpe', nonce: 'n' } })
  expect(plain).toMatchObject({
    qop: undefined,
    nc: undefined,
    cnonce: undefined,
    algorithm: undefined,
    opaque: undefined,
  })
  const session = digestAuthorization({
    ...request,
    challenge: { scheme: 'Digest', realm: 'cpe', nonce: 'n', algorithm: 'MD5-sess' },
  })
  expect(session.cnonce).toMatch(/^[0-9a-f]{16}$/)
})

test('auth is taken before auth-int, auth-int where it is alone', () => {
  const withQop = (...qop: string[]) =>
    digestAuthorization({ ...request, challenge: { scheme: 'Digest', realm: 'cpe', nonce: 'n', qop } }).qop
  expect(withQop('auth-int', 'auth')).toBe('auth')
  expect(withQop('auth-int')).toBe('auth-int')
  expect(withQop('auth-conf')).toBeUndefined()
})

test('quotes and backslashes of a user name are escaped', () => {
  const challenge = { scheme: 'Digest', realm: 'cpe', nonce: 'n' }
  const name = { username: 'a"b\\c', password: '' }
  const header = formatDigestAuthorization(digestAuthorization({ ...request, credentials: name, challenge }))
  expect(header).toContain('username="a\\"b\\\\c"')
})

test('an algorithm that cannot be computed is refused', () => {
  const challenge = { scheme: 'Digest', realm: 'cpe', nonce: 'n', algorithm: 'SHA-1' }
  expect(() => digestAuthorization({ ...request, challenge })).toThrow(RangeError)
})

test('cnonces are at most 32 characters and differ', () => {
  const several = new Set(Array.from({ length: 50 }, newCnonce))
  expect(several.size).toBe(50)
  expect([...several].every(cnonce => cnonce.length <= 32)).toBe(true)
})

test('digest-fetch computes the same response', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{1,20}$/)
  const algorithms = fc.constantFrom('MD5', 'MD5-sess', 'SHA-256', 'SHA-256-sess', 'SHA-512-256', 'SHA-512-256-sess')
  const cases = fc.record({ username: word, password: word, realm: word, nonce: word, algorithm: algorithms })
  fc.assert(
    fc.property(cases, ({ username, password, realm, nonce, algorithm }) => {
      const client = new DigestClient(username, password, { algorithm })
      client.parseAuth(`Digest realm="${realm}", nonce="${nonce}", algorithm=${algorithm}, qop="auth"`)
      const { headers } = client.addAuth('http://device:7547/cr', {}) as { headers: { Authorization: string } }
      const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(headers.Authorization)?.[1] ?? ''
      const ours = digestAuthorization({
        ...request,
        credentials: { username, password },
        cnonce: field('cnonce'),
        challenge: { scheme: 'Digest', realm, nonce, algorithm, qop: ['auth'] },
      })
      expect(ours.response).toBe(field('response'))
    }),
  )
})
