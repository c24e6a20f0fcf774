import type { HeaderList, SyntaxProblem } from '../../timeline/entry.ts'
import { type ScannedChallenge, scanChallenges } from './challenge-scanner.ts'
import { type DigestAlgorithm, digestAlgorithmNamed } from './digest.ts'
import { headerValues } from './response-head.ts'
import { createProblemList, type NoteProblem } from './syntax-problems.ts'

/** One challenge of a 401 answer. What was not there is undefined. */
export interface Challenge {
  /** As the device spells it. */
  scheme: string
  realm?: string
  nonce?: string
  opaque?: string
  /** As the device spells it. */
  algorithm?: string
  /** The options in lower case. */
  qop?: string[]
  stale?: boolean
}

/** A Digest challenge that can be answered. */
export interface DigestChallenge extends Challenge {
  nonce: string
}

const quotedByRule = ['realm', 'domain', 'nonce', 'opaque', 'qop']
const unquotedByRule = ['algorithm', 'stale']

/**
 * All challenges of an answer, from one WWW-Authenticate header or several, and what a strict reader would say
 * to them (RFC 9110 11.6.1, RFC 7616 3.3).
 */
export function parseChallenges(headers: HeaderList): { challenges: Challenge[]; problems: SyntaxProblem[] } {
  const { problems, note } = createProblemList()
  const scanned = headerValues(headers, 'www-authenticate').flatMap(value => scanChallenges(value, note))
  return { challenges: scanned.map(challenge => readChallenge(challenge, note)), problems }
}

/**
 * The challenge to answer: Digest with MD5 or without an algorithm before SHA-256 before any other algorithm
 * that can be computed. Undefined when there is none, for example when only Basic is offered.
 */
export function chooseDigestChallenge(challenges: readonly Challenge[]): DigestChallenge | undefined {
  const preference: (DigestAlgorithm | 'any')[] = ['MD5', 'SHA-256', 'any']
  const answerable = challenges.filter(isAnswerable)
  for (const preferred of preference) {
    const found = answerable.find(
      challenge => preferred === 'any' || digestAlgorithmNamed(challenge.algorithm) === preferred,
    )
    if (found) return found
  }
  return undefined
}

export const isDigest = (challenge: Challenge) => challenge.scheme.toLowerCase() === 'digest'

function isAnswerable(challenge: Challenge): challenge is DigestChallenge {
  return isDigest(challenge) && challenge.nonce !== undefined && digestAlgorithmNamed(challenge.algorithm) !== undefined
}

function readChallenge({ scheme, parameters }: ScannedChallenge, note: NoteProblem): Challenge {
  const challenge: Challenge = { scheme }
  const valueOf = (name: string) => parameters.find(parameter => parameter.name === name)?.value
  const realm = valueOf('realm')
  const nonce = valueOf('nonce')
  const opaque = valueOf('opaque')
  const algorithm = valueOf('algorithm')
  const qop = valueOf('qop')
  const stale = valueOf('stale')
  if (realm !== undefined) challenge.realm = realm
  if (nonce !== undefined) challenge.nonce = nonce
  if (opaque !== undefined) challenge.opaque = opaque
  if (algorithm !== undefined) challenge.algorithm = algorithm
  if (qop !== undefined)
    challenge.qop = qop
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(option => option !== '')
  if (stale !== undefined) challenge.stale = stale.toLowerCase() === 'true'
  if (isDigest(challenge)) noteDigestProblems(parameters, note)
  return challenge
}

function noteDigestProblems(parameters: ScannedChallenge['parameters'], note: NoteProblem) {
  const names = parameters.map(parameter => parameter.name)
  if (new Set(names).size < names.length) note('repeated-parameter', 'A parameter of the challenge is given twice.')
  for (const name of ['realm', 'nonce'])
    if (!names.includes(name)) note(`${name}-missing`, `The Digest challenge has no ${name}.`)
  for (const { name, quoted } of parameters) {
    if (!quoted && quotedByRule.includes(name))
      note('unquoted-parameter', `The challenge gives ${name} without quotes (RFC 7616 3.3).`)
    if (quoted && unquotedByRule.includes(name))
      note('quoted-token', `The challenge gives ${name} in quotes (RFC 7616 3.3).`)
  }
}
