import { randomBytes } from 'node:crypto'
import type { DigestChallenge } from './challenge.ts'
import { bytesOf, digestAlgorithmNamed, digestResponse } from './digest.ts'

export interface Credentials {
  username: string
  password: string
}

/** The fields of a Digest Authorization header; those that are undefined are not sent. */
export interface DigestAuthorization {
  username: string
  realm: string
  nonce: string
  uri: string
  cnonce?: string | undefined
  nc?: string | undefined
  qop?: string | undefined
  response: string
  opaque?: string | undefined
  algorithm?: string | undefined
}

export interface DigestAuthorizationInput {
  challenge: DigestChallenge
  credentials: Credentials
  method: string
  /** The request-target as sent. */
  uri: string
  body?: Uint8Array | undefined
  /** How many requests were sent with this nonce, this one included. */
  nonceCount: number
  /** At most 32 characters, because some devices keep no more. */
  cnonce?: string
}

/** A new client nonce: 16 hexadecimal digits. */
export const newCnonce = () => randomBytes(8).toString('hex')

/**
 * Answers a challenge. With qop=auth where offered, else auth-int, else in the form of RFC 2069.
 * @throws RangeError when the algorithm of the challenge cannot be computed
 */
export function digestAuthorization(input: DigestAuthorizationInput): DigestAuthorization {
  const { challenge, credentials, method, uri, body } = input
  const algorithm = digestAlgorithmNamed(challenge.algorithm)
  if (!algorithm) throw new RangeError(`Digest with ${challenge.algorithm} cannot be computed`)
  const qop = (['auth', 'auth-int'] as const).find(option => challenge.qop?.includes(option))
  const cnonce = qop || algorithm.endsWith('-sess') ? (input.cnonce ?? newCnonce()) : undefined
  const nc = qop ? input.nonceCount.toString(16).padStart(8, '0') : undefined
  const realm = challenge.realm ?? ''
  const { nonce } = challenge
  return {
    username: credentials.username,
    realm,
    nonce,
    uri,
    cnonce,
    nc,
    qop,
    response: digestResponse({ algorithm, ...credentials, realm, nonce, method, uri, qop, cnonce, nc, body }),
    opaque: challenge.opaque,
    algorithm: challenge.algorithm,
  }
}

/**
 * The value of the Authorization header. The order of the fields is the one that every known device reads; nc, qop
 * and algorithm stand without quotes (RFC 7616 3.4).
 */
export function formatDigestAuthorization(authorization: DigestAuthorization): string {
  const { username, realm, nonce, uri, cnonce, nc, qop, response, opaque, algorithm } = authorization
  const fields: [name: string, value: string | undefined][] = [
    ['username', `"${bytesOf(username).replace(/["\\]/g, '\\$&')}"`],
    ['realm', `"${realm}"`],
    ['nonce', `"${nonce}"`],
    ['uri', `"${uri}"`],
    ['cnonce', cnonce === undefined ? undefined : `"${cnonce}"`],
    ['nc', nc],
    ['qop', qop],
    ['response', `"${response}"`],
    ['opaque', opaque === undefined ? undefined : `"${opaque}"`],
    ['algorithm', algorithm],
  ]
  const present = fields.filter(([, value]) => value !== undefined)
  return `Digest ${present.map(([name, value]) => `${name}=${value}`).join(', ')}`
}
