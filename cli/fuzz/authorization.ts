import { createHash } from 'node:crypto'
import { type Authentication, createAuthenticator } from '../../harness/acs/authentication.ts'
import { type Ingredients, mutated } from '../../harness/fuzzing/mutation.ts'
import type { FuzzTarget } from '../../harness/fuzzing/target.ts'

const username = 'cpe "1"'
const password = 'päss:word'
const basic = Buffer.from(`${username}:${password}`).toString('base64')
/** In the inputs in the place of what the ACS makes by chance. */
const nonce = 'NONCE'
const response = 'RESPONSE'

const quoted = username.replaceAll('"', '\\"')
const digest = `Digest username="${quoted}", realm="connreq", nonce="${nonce}", uri="/acs", cnonce="0a4f113b", nc=00000001, qop=auth, response="${response}", opaque="x"`

const ingredients: Ingredients = {
  samples: [
    Buffer.from(digest),
    Buffer.from(`${digest}, algorithm=MD5`),
    Buffer.from(digest.replace('qop=auth', 'qop="auth"').replaceAll(', ', ',')),
    Buffer.from(`Basic ${basic}`),
    Buffer.from(`basic   ${basic}==`),
    Buffer.from('Bearer abc'),
    Buffer.from('Negotiate YII='),
  ],
  tokens: [
    '"',
    '\\',
    '\\"',
    ',',
    '=',
    ' ',
    '\t',
    ':',
    'Digest ',
    'Basic ',
    'username=',
    "username*=UTF-8''cpe",
    'nonce="',
    nonce,
    response,
    'response=',
    'qop=auth-int',
    'qop=""',
    'nc=ffffffff',
    'nc=-1',
    'nc=NaN',
    'algorithm=SHA-256',
    'algorithm=MD5-sess',
    'stale=true',
    'a="\\\\\\\\\\\\',
    '__proto__=1',
    'constructor="x"',
    '=='.repeat(50),
  ],
}

const schemes: readonly Authentication[] = [
  { scheme: 'none' },
  { scheme: 'basic', username, password },
  ...(['MD5', 'MD5-sess', 'SHA-256'] as const).map(
    algorithm => ({ scheme: 'digest', username, password, algorithm }) as const,
  ),
]

/** The Authorization header as the ACS reads it. Nobody is let in who does not know the password. */
export const authorization: FuzzTarget = {
  name: 'authorization',
  inputs: 'Authorization headers',
  count: 40_000,
  async open() {
    const judges = schemes.map(scheme => ({ scheme, judge: createAuthenticator(scheme) }))
    return {
      make: random => mutated(random, ingredients),
      feed(input) {
        for (const { scheme, judge } of judges) judgeBy(scheme, judge, input.toString('latin1'))
      },
      async [Symbol.asyncDispose]() {},
    }
  },
}

function judgeBy(scheme: Authentication, judge: ReturnType<typeof createAuthenticator>, written: string): void {
  const fresh = /nonce="([^"]*)"/.exec(judge.check(undefined, 'POST').challenge ?? '')?.[1] ?? ''
  const right = scheme.scheme === 'digest' ? rightResponse(scheme.algorithm ?? 'MD5', fresh) : ''
  const header = written.replaceAll(nonce, fresh).replaceAll(response, right)
  const { authentication, challenge } = judge.check(header, 'POST')
  if (scheme.scheme === 'none') return
  if (authentication.ok === (challenge !== undefined))
    throw new Error(`Let in: ${authentication.ok}, and challenged: ${challenge !== undefined}.`)
  if (!authentication.ok) return
  // Base64 has several spellings of the same bytes, of which decoding makes one.
  const knows =
    scheme.scheme === 'digest'
      ? header.toLowerCase().includes(right)
      : Buffer.from(header.replace(/^\s*\S+\s*/, ''), 'base64').toString() === `${username}:${password}`
  if (!knows) throw new Error(`Let in by ${header}`)
}

/** By the formula of RFC 7616 3.4.1 for the values of the samples. */
function rightResponse(algorithm: 'MD5' | 'MD5-sess' | 'SHA-256', given: string): string {
  const hash = (text: string) =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex')
  const secret = hash(`${username}:connreq:${password}`)
  const a1 = algorithm === 'MD5-sess' ? hash(`${secret}:${given}:0a4f113b`) : secret
  return hash(`${a1}:${given}:00000001:0a4f113b:auth:${hash('POST:/acs')}`)
}
