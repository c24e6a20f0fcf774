import { createHash } from 'node:crypto'

const hashOf = {
  MD5: 'md5',
  'MD5-sess': 'md5',
  'SHA-256': 'sha256',
  'SHA-256-sess': 'sha256',
  'SHA-512-256': 'sha512-256',
  'SHA-512-256-sess': 'sha512-256',
} as const

export type DigestAlgorithm = keyof typeof hashOf

/** The algorithm of that name, in any case; MD5 when none is named (RFC 7616 3.3). */
export function digestAlgorithmNamed(name: string | undefined): DigestAlgorithm | undefined {
  if (name === undefined) return 'MD5'
  const wanted = name.toLowerCase()
  return (Object.keys(hashOf) as DigestAlgorithm[]).find(known => known.toLowerCase() === wanted)
}

export interface DigestInput {
  algorithm: DigestAlgorithm
  /** Text; hashed as UTF-8. */
  username: string
  /** Text; hashed as UTF-8. */
  password: string
  /** As it stands between the quotes of the challenge, one character a byte. */
  realm: string
  nonce: string
  method: string
  /** The digest-uri: the request-target as it stands on the request line. */
  uri: string
  /** Undefined for the form of RFC 2069, without nc and cnonce. */
  qop?: 'auth' | 'auth-int' | undefined
  /** Needed with a qop, and for the algorithms in -sess. */
  cnonce?: string | undefined
  /** Eight hexadecimal digits. */
  nc?: string | undefined
  /** Hashed for auth-int. */
  body?: Uint8Array | undefined
}

/** The `response` value in lower-case hexadecimal digits (RFC 7616 3.4.1; RFC 2069 2.1.2 without qop). */
export function digestResponse(input: DigestInput): string {
  const hash = (text: string | Uint8Array) =>
    createHash(hashOf[input.algorithm])
      .update(typeof text === 'string' ? Buffer.from(text, 'latin1') : text)
      .digest('hex')

  const secret = hash(`${bytesOf(input.username)}:${input.realm}:${bytesOf(input.password)}`)
  const ha1 = input.algorithm.endsWith('-sess') ? hash(`${secret}:${input.nonce}:${input.cnonce ?? ''}`) : secret
  const entity = input.qop === 'auth-int' ? `:${hash(input.body ?? new Uint8Array())}` : ''
  const ha2 = hash(`${input.method}:${input.uri}${entity}`)
  return input.qop === undefined
    ? hash(`${ha1}:${input.nonce}:${ha2}`)
    : hash(`${ha1}:${input.nonce}:${input.nc ?? ''}:${input.cnonce ?? ''}:${input.qop}:${ha2}`)
}

/** Text as UTF-8 bytes, one character a byte: the form in which header values are kept. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
