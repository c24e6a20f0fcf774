import { describe, expect, test } from 'vitest'
import type { HeaderList } from '../../harness/timeline/entry.ts'
import { judged, request, type WrittenRequest } from '../written-timeline.ts'
import { challenge } from './challenge.ts'

const judgedAnswer = (options: Partial<WrittenRequest>) =>
  judged(challenge, request('no credentials', { at: 1000, credentials: 'none', authorised: false, ...options }))

const challengedWith = (...values: string[]) =>
  judgedAnswer({ answered: 401, headers: values.map(value => ['WWW-Authenticate', value] as const) as HeaderList })

const allPass = { challenged: 'pass', qop: 'pass', md5: 'pass' }
const allInconclusive = { challenged: 'inconclusive', qop: 'inconclusive', md5: 'inconclusive' }

describe('a challenge', () => {
  test.each([
    ['with qop in quotes', 'Digest realm="d", nonce="5f3a", qop="auth", algorithm=MD5'],
    ['with qop without quotes', 'Digest realm="d", nonce="5f3a", qop=auth'],
    ['with a list of qops', 'Digest realm="d", nonce="5f3a", qop="auth-int,auth"'],
    ['with its fields in another order', 'Digest qop="auth", nonce="5f3a", algorithm=md5, realm="d"'],
    ['that names no algorithm', 'Digest realm="d", nonce="5f3a", qop="auth"'],
  ])('%s passes', (_, value) => {
    expect(challengedWith(value)).toEqual(allPass)
  })

  test('with SHA-256 beside MD5 passes, with SHA-256 alone it fails', () => {
    const sha256 = 'Digest realm="d", nonce="5f3a", qop="auth", algorithm=SHA-256'
    const md5 = 'Digest realm="d", nonce="5f3a", qop="auth", algorithm=MD5'
    expect(challengedWith(sha256, md5)).toEqual(allPass)
    expect(challengedWith(sha256)).toEqual({ ...allPass, md5: 'fail' })
  })

  test('with Basic beside Digest is a warning, because the standard names no other scheme', () => {
    const digest = 'Digest realm="d", nonce="5f3a", qop="auth"'
    expect(challengedWith(digest, 'Basic realm="d"')).toEqual({ ...allPass, challenged: 'warning' })
  })

  test('without qop is a warning, with auth-int alone it fails', () => {
    expect(challengedWith('Digest realm="d", nonce="5f3a"')).toEqual({ ...allPass, qop: 'warning' })
    expect(challengedWith('Digest realm="d", nonce="5f3a", qop="auth-int"')).toEqual({ ...allPass, qop: 'fail' })
  })

  test('without a nonce fails', () => {
    expect(challengedWith('Digest realm="d", qop="auth"')).toMatchObject({ challenged: 'fail' })
  })

  test('with Basic alone, or with nothing, fails and leaves nothing to look at', () => {
    const nothingToSee = { challenged: 'fail', qop: 'inconclusive', md5: 'inconclusive' }
    expect(challengedWith('Basic realm="d"')).toEqual(nothingToSee)
    expect(challengedWith()).toEqual(nothingToSee)
  })
})

test('an acceptance without any credentials fails', () => {
  expect(judgedAnswer({ answered: 200 })).toMatchObject({ challenged: 'fail' })
})

test('503 before authentication is legal: nothing was seen', () => {
  expect(judgedAnswer({ answered: 503 })).toEqual(allInconclusive)
})

test.each(['timeout', 'reset', 'closed'] as const)('no answer (%s): nothing was seen', unanswered => {
  expect(judgedAnswer({ unanswered })).toEqual(allInconclusive)
})

test('a connection that was refused just then is no error of ours', () => {
  expect(judgedAnswer({ unanswered: 'refused', unsent: true })).toEqual(allInconclusive)
})
