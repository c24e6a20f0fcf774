import type { DeviceAuthentication } from '../timeline/entry.ts'
import { type DigestAlgorithm, createDigestServer, sameText } from './digest.ts'

/** How the ACS has devices authenticate themselves (TR-069 3.4.4). */
export type Authentication =
  | { scheme: 'none' }
  | { scheme: 'basic'; username: string; password: string }
  | { scheme: 'digest'; username: string; password: string; algorithm?: DigestAlgorithm }

/** Judges the Authorization header of a request. */
export interface Authenticator {
  /** False when every request is let in. */
  readonly demanded: boolean
  check(authorization: string | undefined, method: string): CheckedCredentials
}

export interface CheckedCredentials {
  authentication: DeviceAuthentication
  /** The WWW-Authenticate value for a 401, when the request is not let in. */
  challenge?: string
  /** The device did as it was challenged, and yet its credentials are wrong: no resend is expected. */
  wrong: boolean
}

export function createAuthenticator(authentication: Authentication): Authenticator {
  if (authentication.scheme === 'none')
    return {
      demanded: false,
      check: authorization => ({ authentication: { scheme: schemeOf(authorization), ok: true }, wrong: false }),
    }
  return {
    demanded: true,
    check: authentication.scheme === 'basic' ? basicCheck(authentication) : digestCheck(authentication),
  }
}

function basicCheck({ username, password }: { username: string; password: string }): Authenticator['check'] {
  const challenge = 'Basic realm="connreq"'
  return authorization => {
    const scheme = schemeOf(authorization)
    if (scheme !== 'basic') return notAsDemanded(scheme, 'Basic', challenge)
    const given = Buffer.from(credentialsOf(authorization), 'base64').toString('utf8')
    if (sameText(given, `${username}:${password}`)) return { authentication: { scheme, ok: true }, wrong: false }
    return { authentication: { scheme, ok: false, problem: 'another username or password' }, challenge, wrong: true }
  }
}

function digestCheck(options: {
  username: string
  password: string
  algorithm?: DigestAlgorithm
}): Authenticator['check'] {
  const digest = createDigestServer({ ...options, algorithm: options.algorithm ?? 'MD5' })
  return (authorization, method) => {
    const scheme = schemeOf(authorization)
    if (scheme !== 'digest') return notAsDemanded(scheme, 'Digest', digest.challenge())
    const { authentication, stale } = digest.check(credentialsOf(authorization), method)
    if (authentication.ok) return { authentication, wrong: false }
    return { authentication, challenge: digest.challenge({ stale }), wrong: !stale }
  }
}

function notAsDemanded(
  scheme: DeviceAuthentication['scheme'],
  demanded: string,
  challenge: string,
): CheckedCredentials {
  const problem = scheme === 'none' ? 'no Authorization header' : `not ${demanded}`
  return { authentication: { scheme, ok: false, problem }, challenge, wrong: false }
}

function schemeOf(authorization: string | undefined): DeviceAuthentication['scheme'] {
  if (authorization === undefined) return 'none'
  const scheme = /^\s*(\S*)/.exec(authorization)?.[1]?.toLowerCase()
  return scheme === 'basic' || scheme === 'digest' ? scheme : 'other'
}

const credentialsOf = (authorization: string | undefined) => (authorization ?? '').trim().replace(/^\S+\s*/, '')
