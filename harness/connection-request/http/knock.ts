import {
  type Credentials,
  type DigestAuthorization,
  digestAuthorization,
  formatDigestAuthorization,
} from './authorization.ts'
import { chooseDigestChallenge, type DigestChallenge, parseChallenges } from './challenge.ts'
import type { Connection } from './connection.ts'
import { type OutgoingRequest, recordNoAnswer } from './exchange.ts'
import type { DeviceMemory } from './device-memory.ts'
import type { NoAnswer, Outcome } from './outcome.ts'
import { canKeep, closesUnannounced } from './persistence.ts'
import {
  challengeRequest,
  outgoingRequest,
  planRequest,
  type RequestOptions,
  type RequestPlan,
} from './request-options.ts'
import { connectFor, exchangeOn, sendAlone } from './single-request.ts'
import type { Wire } from './wire.ts'

export interface AuthenticatedOptions extends RequestOptions {
  credentials: Credentials
  /** Claims this uri in the Digest instead of the request-target; the response is computed for it. */
  digestUri?: string
  /** Answers with this nonce instead of the challenge's; the response is computed for it. */
  nonce?: string
  /** Changes the answer to the challenge before it is sent. */
  tamper?: (authorization: DigestAuthorization) => DigestAuthorization
}

export interface KnockRequest extends AuthenticatedOptions {
  /**
   * Which connection carries the authenticated request: that of the challenge, or a new one. `as-device-allows`, the
   * default, keeps the connection unless the device said or showed that it does not answer on it again.
   */
  socket?: 'kept' | 'fresh' | 'as-device-allows'
  /** Answers this challenge instead of fetching one. */
  challenge?: DigestChallenge
}

/** What can be set aside from the ordinary request. */
export type KnockOptions = Partial<KnockRequest>

/** What came of a Connection Request. */
export interface Knock {
  /** The answer to the request without credentials; absent when a challenge was given. */
  first?: Outcome
  /** The challenge that was answered. */
  challenge?: DigestChallenge
  /**
   * The authenticated request on the kept connection, when it was closed or left without an answer there and
   * therefore made once more on a fresh connection.
   */
  unansweredOnKept?: NoAnswer
  /** The last outcome: that of the authenticated request, or `first` when there was no Digest challenge to answer. */
  final: Outcome
}

/** The result of asking for a challenge; the connection is still open where one is given. */
export interface FirstLeg {
  outcome: Outcome
  challenge?: DigestChallenge
  connection?: Connection
}

/** Sends the request without credentials. The caller closes the connection. */
export async function askForChallenge(wire: Wire, options: RequestOptions, plan: RequestPlan): Promise<FirstLeg> {
  const outgoing = challengeRequest(wire, options, plan)
  const connection = await connectFor(wire, outgoing, plan, options)
  if ('kind' in connection) return { outcome: connection }
  try {
    const outcome = await exchangeOn(wire, connection, outgoing, 'fresh')
    const challenge = challengeIn(outcome)
    return challenge ? { outcome, challenge, connection } : { outcome, connection }
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** The Digest challenge of a 401 answer, as `chooseDigestChallenge` chooses. */
function challengeIn(outcome: Outcome): DigestChallenge | undefined {
  if (outcome.kind === 'no-answer' || outcome.status !== 401) return undefined
  return chooseDigestChallenge(parseChallenges(outcome.headers).challenges)
}

/** The request with the answer to `challenge` in it. */
export function authenticatedRequest(
  wire: Wire,
  memory: DeviceMemory,
  options: AuthenticatedOptions,
  plan: RequestPlan,
  challenge: DigestChallenge,
): OutgoingRequest {
  const { method, target, body } = plan
  const nonce = options.nonce ?? challenge.nonce
  const { qop, ...withoutQop } = challenge
  const authorization = digestAuthorization({
    challenge: { ...withoutQop, nonce, ...(qop && memory.qop === 'as-offered' ? { qop } : {}) },
    credentials: options.credentials,
    method,
    uri: options.digestUri ?? target,
    body,
    nonceCount: memory.nextNonceCount(nonce),
  })
  const sent = options.tamper ? options.tamper(authorization) : authorization
  return outgoingRequest(wire, options, plan, formatDigestAuthorization(sent))
}

/** A Connection Request as the standard has it: without credentials first, then with Digest (TR-069 3.2.2.2). */
export async function knock(wire: Wire, memory: DeviceMemory, options: KnockRequest): Promise<Knock> {
  const plan = planRequest(options)
  if (options.challenge) {
    const outgoing = authenticatedRequest(wire, memory, options, plan, options.challenge)
    return { challenge: options.challenge, final: await sendAlone(wire, outgoing, plan, options) }
  }
  const { outcome: first, challenge, connection } = await askForChallenge(wire, options, plan)
  if (!connection) return { first, final: first }
  try {
    if (!challenge) return { first, final: first }
    return { first, challenge, ...(await secondLeg(wire, memory, options, plan, { first, challenge, connection })) }
  } finally {
    await connection.close()
  }
}

interface Challenged {
  first: Outcome
  challenge: DigestChallenge
  connection: Connection
}

async function secondLeg(
  wire: Wire,
  memory: DeviceMemory,
  options: KnockRequest,
  plan: RequestPlan,
  { first, challenge, connection }: Challenged,
): Promise<Pick<Knock, 'unansweredOnKept' | 'final'>> {
  const wish = options.socket ?? 'as-device-allows'
  if (wish === 'kept') await closesUnannounced(wire, connection)
  const keep = wish === 'kept' || (wish === 'as-device-allows' && (await canKeep(wire, memory, first, connection)))
  const outgoing = authenticatedRequest(wire, memory, options, plan, challenge)

  if (!keep) {
    await connection.close()
    return { final: await sendAlone(wire, outgoing, plan, options) }
  }
  if (!connection.isUsable()) {
    const detail = 'The device closed the connection after its challenge, before the authenticated request was sent.'
    return { final: recordNoAnswer(wire, outgoing.request, connection.number, { reason: 'closed', detail }) }
  }
  const provenBefore = memory.secondOnSameConnection === 'answered'
  const outcome = await exchangeOn(wire, connection, outgoing, 'kept')
  if (outcome.kind === 'answer') memory.secondOnSameConnection = 'answered'
  if (outcome.kind === 'answer' || outcome.reason === 'malformed' || wish === 'kept' || provenBefore)
    return { final: outcome }
  await connection.close()
  return { unansweredOnKept: outcome, final: await sendOnFresh(wire, memory, options, plan, outgoing) }
}

/** Sends once more, on a fresh connection, what a device not yet known did not answer on the kept one. */
async function sendOnFresh(
  wire: Wire,
  memory: DeviceMemory,
  options: RequestOptions,
  plan: RequestPlan,
  unanswered: OutgoingRequest,
): Promise<Outcome> {
  const final = await sendAlone(wire, { ...unanswered, request: wire.nextRequest() }, plan, options)
  if (final.kind === 'answer') memory.secondOnSameConnection = 'not-answered'
  return final
}
