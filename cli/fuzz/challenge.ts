import { digestAuthorization, formatDigestAuthorization } from '../../harness/connection-request/http/authorization.ts'
import { chooseDigestChallenge, parseChallenges } from '../../harness/connection-request/http/challenge.ts'
import { type Ingredients, mutated } from '../../harness/fuzzing/mutation.ts'
import type { FuzzTarget } from '../../harness/fuzzing/target.ts'
import type { HeaderList } from '../../harness/timeline/entry.ts'

const ingredients: Ingredients = {
  samples: [
    'Digest realm="My, Router", nonce="abc==", opaque="", algorithm=MD5, qop="auth,auth-int", stale=true',
    'Digest realm=cpe nonce=abc== qop=auth',
    'Basic realm="b", Digest realm="d", nonce="n1", algorithm=SHA-256, qop="auth"',
    'Basic realm="b"\nDigest realm="d", nonce="n2"\nDigest realm="d", nonce="n3", algorithm=SHA-512-256-sess, qop="auth-int"',
    'Digest realm="a\\"b", nonce="n", userhash=true, charset=UTF-8, domain="/ http://x/"',
    'Negotiate, NTLM, Bearer realm="x", error="y"',
  ].map(text => Buffer.from(text)) as [Buffer, ...Buffer[]],
  tokens: [
    '"',
    '\\',
    '\\"',
    ',',
    '=',
    ' ',
    '\t',
    '\n',
    'Digest ',
    'Basic ',
    'realm="',
    'nonce=',
    'nonce=""',
    'qop="',
    'qop=auth-int',
    'algorithm=',
    'algorithm="MD5-sess"',
    'stale=maybe',
    '\u00e9',
    '__proto__="x"',
    'a=b=c',
    '"=",',
    'token68==',
  ],
}

/** Of each so many characters at most as many sentences are said: one a character would be no help. */
const mostProblems = 50

/** The WWW-Authenticate headers of a device as the requester reads and answers them. */
export const challenge: FuzzTarget = {
  name: 'challenge',
  inputs: 'WWW-Authenticate headers',
  count: 50_000,
  async open() {
    return {
      make: random => mutated(random, ingredients),
      feed,
      async [Symbol.asyncDispose]() {},
    }
  },
}

function feed(input: Buffer): void {
  const lines = input.toString('latin1').split(/[\r\n]+/)
  const headers: HeaderList = lines.map(line => ['WWW-Authenticate', line.trim()])
  const { challenges, problems } = parseChallenges(headers)
  if (problems.length > mostProblems) throw new Error(`${problems.length} problems in one answer.`)
  const read = challenges.flatMap(({ scheme, realm = '', nonce = '', opaque = '' }) => [scheme, realm, nonce, opaque])
  if (read.some(text => text.length > input.length)) throw new Error('More was read than was there.')
  const chosen = chooseDigestChallenge(challenges)
  if (chosen === undefined) return
  const answer = formatDigestAuthorization(
    digestAuthorization({
      challenge: chosen,
      credentials: { username: 'connreq', password: 'secret' },
      method: 'GET',
      uri: '/x',
      nonceCount: 1,
      cnonce: '0a4f113b',
    }),
  )
  if (/[\r\n\0]/.test(answer) && !/\0/.test(input.toString('latin1')))
    throw new Error(`The answer breaks its line: ${JSON.stringify(answer)}`)
  if (!/^Digest username="connreq", .*response="[0-9a-f]{32,64}"/.test(answer))
    throw new Error(`This is no answer: ${answer}`)
}
