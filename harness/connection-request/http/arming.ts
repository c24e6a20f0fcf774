import { type Connection } from './connection.ts'
import type { DeviceMemory } from './device-memory.ts'
import { beginExchange, type OutgoingRequest } from './exchange.ts'
import { askForChallenge, type AuthenticatedOptions, authenticatedRequest, type FirstLeg } from './knock.ts'
import type { Outcome } from './outcome.ts'
import { canKeep } from './persistence.ts'
import { planRequest, type RequestPlan } from './request-options.ts'
import { connectFor, sendAlone } from './single-request.ts'
import type { Wire } from './wire.ts'

export interface ArmOptions extends AuthenticatedOptions {
  /** How many requests to arm. */
  copies: number
}

/** An authenticated request that only needs to be written. */
export interface Armed {
  readonly request: number
  readonly nonce: string
  /** Writes it at once and reads the answer; its connection is closed afterwards. To be called once. */
  fire(): Promise<Outcome>
  /** Closes the connection without using it. Does nothing after `fire`. */
  release(): Promise<void>
}

/** An armed request of ours: writing and waiting can be told apart, so that several are written in one turn. */
interface Loaded extends Armed {
  memory: DeviceMemory
  /** Writes. @returns how to wait for the answer and close */
  begin(): { record(): void; finish(): Promise<Outcome> }
}

export interface Arming {
  armed: Armed[]
  /** Why fewer were armed than asked for, or what will keep them from being accepted. */
  limitedBy?: string
}

export interface Volley {
  /** In the order of the armed requests. */
  outcomes: Outcome[]
  /** What kept them from being answered alike, as far as the answers show it. */
  limitedBy?: string
}

const oneNonceAtATime = 'the device forgets a nonce as soon as it gives the next one'

/**
 * Fetches a challenge and opens a connection for each copy, one after another, so that all can be written at the
 * same moment. Stops early when the device cannot be armed so often; nothing is left open but what is armed.
 */
export async function arm(wire: Wire, memory: DeviceMemory, options: ArmOptions): Promise<Arming> {
  const plan = planRequest(options)
  const armed: Armed[] = []
  const copies = memory.nonceLife === 'until-next-challenge' ? Math.min(1, options.copies) : options.copies
  try {
    while (armed.length < copies) {
      const loaded = await armOne(wire, memory, options, plan, armed.length)
      if (typeof loaded === 'string') return { armed, limitedBy: loaded }
      armed.push(loaded)
    }
  } catch (error) {
    await Promise.all(armed.map(each => each.release()))
    throw error
  }
  return copies < options.copies ? { armed, limitedBy: oneNonceAtATime } : { armed }
}

/** @returns why it could not be armed, if it could not */
async function armOne(
  wire: Wire,
  memory: DeviceMemory,
  options: ArmOptions,
  plan: RequestPlan,
  alreadyArmed: number,
): Promise<Loaded | string> {
  const first = await askForChallenge(wire, { ...options, answerTimeoutMs: wire.armTimeoutMs }, plan)
  const { outcome, challenge, connection } = first
  if (!challenge || !connection) {
    await connection?.close()
    return whyNoChallenge(first, alreadyArmed)
  }
  const keep = await canKeep(wire, memory, outcome, connection)
  const outgoing = authenticatedRequest(wire, memory, options, plan, challenge)
  if (keep) return load(wire, memory, options, plan, outgoing, challenge.nonce, connection, 'kept')
  await connection.close()
  const fresh = await connectFor(wire, outgoing, plan, options)
  if ('kind' in fresh) return `a connection for the armed request could not be opened: ${fresh.detail}`
  return load(wire, memory, options, plan, outgoing, challenge.nonce, fresh, 'fresh')
}

function whyNoChallenge({ outcome }: FirstLeg, alreadyArmed: number): string {
  if (outcome.kind === 'answer')
    return outcome.status === 401
      ? 'the device offers no Digest challenge that can be answered'
      : `the device answered ${outcome.status} when asked for a challenge`
  return alreadyArmed === 0
    ? `the device gave no challenge: ${outcome.detail}`
    : `the device serves no further connection while ${alreadyArmed} of ours wait (${outcome.reason})`
}

function load(
  wire: Wire,
  memory: DeviceMemory,
  options: ArmOptions,
  plan: RequestPlan,
  outgoing: OutgoingRequest,
  nonce: string,
  connection: Connection,
  socket: 'kept' | 'fresh',
): Loaded {
  const begin = () => {
    if (!connection.isUsable()) {
      const late = sendAlone(wire, outgoing, plan, options)
      return { record: () => undefined, finish: () => late }
    }
    const exchange = beginExchange(wire, connection, outgoing, socket)
    const finish = async () => {
      try {
        return await exchange.outcome
      } finally {
        await connection.close()
      }
    }
    return { record: () => exchange.record(), finish }
  }
  return {
    request: outgoing.request,
    nonce,
    memory,
    begin,
    fire() {
      const { record, finish } = begin()
      record()
      return finish()
    },
    release: () => connection.close(),
  }
}

/** Writes all armed requests in one turn of the event loop, then waits for all answers. */
export async function fireAll(armed: readonly Armed[]): Promise<Volley> {
  const loaded = armed as readonly Loaded[]
  const begun = loaded.map(each => each.begin())
  for (const each of begun) each.record()
  const outcomes = await Promise.all(begun.map(each => each.finish()))
  if (!showsOneNonceAtATime(armed, outcomes)) return { outcomes }
  for (const { memory } of loaded) memory.nonceLife = 'until-next-challenge'
  return { outcomes, limitedBy: oneNonceAtATime }
}

/** The last challenge's request was let through and all earlier ones, with other nonces, were challenged again. */
function showsOneNonceAtATime(armed: readonly Armed[], outcomes: readonly Outcome[]): boolean {
  const refused = (outcome: Outcome | undefined) => outcome?.kind === 'answer' && outcome.status === 401
  const nonces = new Set(armed.map(each => each.nonce))
  const last = outcomes.at(-1)
  return (
    outcomes.length > 1 &&
    nonces.size === outcomes.length &&
    last?.kind === 'answer' &&
    !refused(last) &&
    outcomes.slice(0, -1).every(refused)
  )
}
