import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseDigestChallenge, parseChallenges } from './challenge.ts'
import type { HeaderList } from '../../timeline/entry.ts'

const parse = (...values: string[]) =>
  parseChallenges(values.map((value): [string, string] => ['WWW-Authenticate', value]))
const codes = (...values: string[]) => parse(...values).problems.map(problem => problem.code)

test('a challenge as it should be has no problems', () => {
  const { challenges, problems } = parse(
    'Digest realm="My, Router", nonce="abc==", opaque="", algorithm=MD5, qop="auth,auth-int", stale=true',
  )
  expect(problems).toEqual([])
  expect(challenges).toEqual([
    {
      scheme: 'Digest',
      realm: 'My, Router',
      nonce: 'abc==',
      opaque: '',
      algorithm: 'MD5',
      qop: ['auth', 'auth-int'],
      stale: true,
    },
  ])
})

test('case of scheme, names and header does not matter', () => {
  const headers: HeaderList = [['www-authenticate', 'DIGEST Realm="x",NONCE="y"']]
  expect(parseChallenges(headers).challenges).toEqual([{ scheme: 'DIGEST', realm: 'x', nonce: 'y' }])
})

describe('several challenges', () => {
  const expected = [
    { scheme: 'Basic', realm: 'b' },
    { scheme: 'Digest', realm: 'd', nonce: 'n1', algorithm: 'SHA-256', qop: ['auth'] },
    { scheme: 'Digest', realm: 'd', nonce: 'n2', qop: ['auth'] },
  ]
  const each = [
    'Basic realm="b"',
    'Digest realm="d", nonce="n1", algorithm=SHA-256, qop="auth"',
    'Digest realm="d", nonce="n2", qop="auth"',
  ]

  test('in several headers', () => expect(parse(...each)).toEqual({ challenges: expected, problems: [] }))
  test('in one header', () => expect(parse(each.join(', '))).toEqual({ challenges: expected, problems: [] }))
  test('in one header without a comma between them', () => expect(parse(each.join(' ')).challenges).toEqual(expected))
})

describe('challenges that a strict reader refuses', () => {
  test.each([
    ['no quotes', 'Digest realm=cpe, nonce=abc==, qop=auth', ['unquoted-parameter']],
    ['no commas', 'Digest realm="cpe" nonce="abc==" qop="auth"', ['challenge-without-commas']],
    ['neither', 'Digest realm=cpe nonce=abc== qop=auth', ['challenge-without-commas', 'unquoted-parameter']],
    ['white space around =', 'Digest realm = "cpe" , nonce= "abc==", qop ="auth"', []],
    ['quoted algorithm', 'Digest realm="cpe", nonce="abc==", algorithm="MD5", qop="auth"', ['quoted-token']],
    ['no closing quote', 'Digest realm="cpe", qop="auth", nonce="abc==', ['quote-without-end']],
    ['repeated', 'Digest realm="cpe", realm="x", nonce="abc==", qop="auth"', ['repeated-parameter']],
    ['commas too many', ', Digest realm="cpe",, nonce="abc==", qop="auth",', []],
  ])('%s', (_name, value, problems) => {
    expect(parse(value).challenges).toEqual([
      expect.objectContaining({ scheme: 'Digest', realm: 'cpe', nonce: 'abc==', qop: ['auth'] }),
    ])
    expect(codes(value)).toEqual(problems)
  })

  test('a list of qop options without quotes', () => {
    expect(parse('Digest realm="cpe", qop=auth,auth-int, nonce="n"').challenges).toEqual([
      { scheme: 'Digest', realm: 'cpe', nonce: 'n', qop: ['auth', 'auth-int'] },
    ])
  })

  test('a realm of several words without quotes', () => {
    expect(parse('Digest realm=My Home Router, nonce="n"').challenges).toEqual([
      { scheme: 'Digest', realm: 'My Home Router', nonce: 'n' },
    ])
  })

  test('no nonce, no realm, no scheme', () => {
    expect(codes('Digest qop="auth"')).toEqual(['realm-missing', 'nonce-missing'])
    expect(codes('realm="x"')).toEqual(['challenge-without-scheme'])
  })

  test('quoted pairs stay as they are, because they are hashed so', () => {
    expect(parse('Digest realm="a\\"b", nonce="n"').challenges[0]?.realm).toBe('a\\"b')
  })
})

describe('which challenge is answered', () => {
  const chosen = (...values: string[]) => chooseDigestChallenge(parse(...values).challenges)?.nonce

  test('MD5 before SHA-256, wherever it stands', () => {
    expect(
      chosen('Digest realm="r", nonce="sha", algorithm=SHA-256', 'Digest realm="r", nonce="md5", algorithm=md5'),
    ).toBe('md5')
    expect(chosen('Digest realm="r", nonce="sha", algorithm=SHA-256', 'Digest realm="r", nonce="none"')).toBe('none')
  })
  test('SHA-256 before others, others before nothing', () => {
    expect(
      chosen('Digest realm="r", nonce="512", algorithm=SHA-512-256, Digest realm="r", nonce="256", algorithm=SHA-256'),
    ).toBe('256')
    expect(chosen('Digest realm="r", nonce="sess", algorithm=MD5-sess')).toBe('sess')
  })
  test('none where nothing can be answered', () => {
    expect(chosen('Basic realm="r"')).toBeUndefined()
    expect(chosen('Digest realm="r"')).toBeUndefined()
    expect(chosen('Digest realm="r", nonce="n", algorithm=SHA-1')).toBeUndefined()
  })
})

test('nothing makes the parser throw or invent characters', () => {
  const pieces = fc.constantFrom(
    'Digest',
    ' ',
    ',',
    '=',
    '"',
    '\\',
    'realm',
    'nonce',
    'qop=auth',
    'x',
    '\t',
    'Basic',
    'é',
  )
  const values = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 60 }).map(parts => parts.join('')),
  )
  fc.assert(
    fc.property(values, value => {
      const { challenges } = parse(value)
      const texts = challenges.flatMap(challenge => [challenge.realm ?? '', challenge.nonce ?? ''])
      expect(texts.every(text => text.length <= value.length)).toBe(true)
    }),
  )
})

test('a long header costs no more than its length', () => {
  const long = `Digest ${'a="'.repeat(20_000)}`
  expect(parse(long).problems.length).toBeGreaterThan(0)
})
