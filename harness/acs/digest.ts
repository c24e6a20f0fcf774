import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { DeviceAuthentication } from '../timeline/entry.ts'

export type DigestAlgorithm = 'MD5' | 'MD5-sess' | 'SHA-256'

/** How long a list of nonces is kept; older ones are stale. */
const mostNonces = 1000
const realm = 'connreq'

export interface DigestServer {
  /** A WWW-Authenticate value with a fresh nonce. */
  challenge(options?: { stale: boolean }): string
  /** Judges the parameters of an Authorization header; `stale` when only the nonce was wrong. */
  check(credentials: string, method: string): { authentication: DeviceAuthentication; stale: boolean }
}

/** The ACS's side of Digest authentication (RFC 7616, RFC 2617): qop "auth", one nonce per challenge. */
export function createDigestServer(options: {
  username: string
  password: string
  algorithm: DigestAlgorithm
}): DigestServer {
  const { username, password, algorithm } = options
  const lastCount = new Map<string, number>()
  const opaque = randomBytes(8).toString('hex')
  const hash = (text: string) =>
    createHash(algorithm === 'SHA-256' ? 'sha256' : 'md5')
      .update(text)
      .digest('hex')

  const expectedResponse = (given: Map<string, string>, method: string) => {
    const nonce = given.get('nonce') ?? ''
    const cnonce = given.get('cnonce') ?? ''
    const secret = hash(`${username}:${realm}:${password}`)
    const ha1 = algorithm === 'MD5-sess' ? hash(`${secret}:${nonce}:${cnonce}`) : secret
    // The uri is taken as the device wrote it: some write another form of the target than they request.
    const ha2 = hash(`${method}:${given.get('uri') ?? ''}`)
    const qop = given.get('qop')
    return hash([ha1, nonce, ...(qop ? [given.get('nc') ?? '', cnonce, qop] : []), ha2].join(':'))
  }

  const problemOf = (given: Map<string, string>, method: string): string | undefined => {
    const claimed = given.get('algorithm')
    if (given.get('username') !== username) return 'another username'
    if (given.get('realm') !== realm) return 'another realm'
    if (claimed !== undefined && claimed.toLowerCase() !== algorithm.toLowerCase()) return `the algorithm ${claimed}`
    if (given.has('qop') && given.get('qop') !== 'auth') return `the qop ${given.get('qop')}`
    if (!sameText(given.get('response')?.toLowerCase() ?? '', expectedResponse(given, method)))
      return 'a response that does not fit the password'
    return undefined
  }

  return {
    challenge({ stale } = { stale: false }) {
      const nonce = randomBytes(16).toString('hex')
      lastCount.set(nonce, 0)
      const [oldest] = lastCount.keys()
      if (lastCount.size > mostNonces && oldest !== undefined) lastCount.delete(oldest)
      const staleness = stale ? ', stale=true' : ''
      return `Digest realm="${realm}", qop="auth", nonce="${nonce}", opaque="${opaque}", algorithm=${algorithm}${staleness}`
    },
    check(credentials, method) {
      const given = readParameters(credentials)
      const nonce = given.get('nonce') ?? ''
      const count = Number.parseInt(given.get('nc') ?? '', 16)
      const known = lastCount.get(nonce)
      let problem = problemOf(given, method)
      let stale = false
      // A nonce of another challenge says nothing about the rest: the device has not been asked this way yet.
      if (known === undefined || (problem === undefined && given.has('qop') && !(count > known))) {
        stale = true
        problem = known === undefined ? 'a nonce that is not known' : 'a nonce count that does not grow'
      }
      if (problem === undefined && given.has('qop')) lastCount.set(nonce, count)
      return { authentication: describeCredentials(given, problem), stale }
    },
  }
}

function describeCredentials(given: Map<string, string>, problem: string | undefined): DeviceAuthentication {
  const optional = {
    problem,
    algorithm: given.get('algorithm'),
    cnonce: given.get('cnonce'),
    nonceCount: given.get('nc'),
  }
  const present = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
  return { scheme: 'digest', ok: problem === undefined, ...present }
}

/** A name begins where no other character of a name stands before it: elsewhere a long word would be tried anew. */
const parameter = /(?<![\w-])([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/g

/** Parameters of a credentials header, quoted or not, by lower-case name; takes time linear in its length. */
function readParameters(credentials: string): Map<string, string> {
  const parameters = new Map<string, string>()
  for (const match of credentials.matchAll(parameter)) {
    const value = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? ''
    parameters.set((match[1] ?? '').toLowerCase(), value)
  }
  return parameters
}

/** Compares in a time that does not depend on where the texts differ. */
export function sameText(a: string, b: string): boolean {
  const digestOf = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digestOf(a), digestOf(b))
}
