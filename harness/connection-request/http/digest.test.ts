import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DigestAlgorithm, digestAlgorithmNamed, digestResponse } from './digest.ts'

const rfc2617 = {
  username: 'Mufasa',
  password: 'Circle Of Life',
  realm: 'testrealm@host.com',
  nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
  method: 'GET',
  uri: '/dir/index.html',
} as const

const rfc7616 = {
  username: 'Mufasa',
  password: 'Circle of Life',
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  nc: '00000001',
  qop: 'auth',
  method: 'GET',
  uri: '/dir/index.html',
} as const

test('RFC 2617 3.5', () => {
  const response = digestResponse({ ...rfc2617, algorithm: 'MD5', qop: 'auth', nc: '00000001', cnonce: '0a4f113b' })
  expect(response).toBe('6629fae49393a05397450978507c4ef1')
})

test('RFC 2069 2.4, with the response of its erratum', () => {
  const response = digestResponse({ ...rfc2617, password: 'CircleOfLife', algorithm: 'MD5' })
  expect(response).toBe('1949323746fe6a43ef61f9606e7febea')
})

test.each([
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as [DigestAlgorithm, string][])('RFC 7616 3.9.1 with %s', (algorithm, response) => {
  expect(digestResponse({ ...rfc7616, algorithm })).toBe(response)
})

test('RFC 7616 3.9.2 with SHA-512-256, with the response of erratum 4897', () => {
  const response = digestResponse({
    algorithm: 'SHA-512-256',
    username: 'Jäsøn Doe',
    password: 'Secret, or not?',
    realm: 'api@example.org',
    nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
    cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
    nc: '00000001',
    qop: 'auth',
    method: 'GET',
    uri: '/doe.json',
  })
  expect(response).toBe('3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5')
})

test('auth-int covers the body', () => {
  const withBody = (body: string) =>
    digestResponse({ ...rfc7616, algorithm: 'MD5', qop: 'auth-int', body: Buffer.from(body) })
  expect(withBody('a')).not.toBe(withBody('b'))
  expect(withBody('')).toBe(digestResponse({ ...rfc7616, algorithm: 'MD5', qop: 'auth-int' }))
})

test('algorithms are found in any case; MD5 is the default', () => {
  expect(digestAlgorithmNamed(undefined)).toBe('MD5')
  expect(digestAlgorithmNamed('md5-SESS')).toBe('MD5-sess')
  expect(digestAlgorithmNamed('sha-512-256')).toBe('SHA-512-256')
  expect(digestAlgorithmNamed('SHA-1')).toBeUndefined()
})

test('every ingredient changes the response', () => {
  const algorithms: DigestAlgorithm[] = [
    'MD5',
    'MD5-sess',
    'SHA-256',
    'SHA-256-sess',
    'SHA-512-256',
    'SHA-512-256-sess',
  ]
  const ingredients = ['username', 'password', 'realm', 'nonce', 'cnonce', 'nc', 'method', 'uri'] as const
  fc.assert(
    fc.property(fc.constantFrom(...algorithms), fc.constantFrom(...ingredients), (algorithm, ingredient) => {
      const changed = { ...rfc7616, [ingredient]: `${rfc7616[ingredient]}x` }
      expect(digestResponse({ ...changed, algorithm })).not.toBe(digestResponse({ ...rfc7616, algorithm }))
    }),
  )
})
