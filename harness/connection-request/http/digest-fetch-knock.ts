import DigestClient from 'digest-fetch'
import type { Credentials } from './authorization.ts'
import { parseConnectionRequestUrl } from './connection-request-url.ts'
import { recordNoAnswer } from './exchange.ts'
import { getWithNodeHttp } from './node-http-fetch.ts'
import type { Outcome } from './outcome.ts'
import { createWire, type Timeouts, type Wire } from './wire.ts'

export interface SecondClientOptions extends Pick<Wire, 'clock' | 'timeline' | 'signal'>, Partial<Timeouts> {
  /** The ConnectionRequestURL. */
  url: string
  credentials: Credentials
  /** `second client` unless given. */
  label?: string
  /** Whether the device should accept it; it should unless told otherwise. */
  authorised?: boolean
}

/** What came of the second client's Connection Request. */
export interface SecondClientKnock {
  /** The outcome of its last request. */
  final: Outcome
  /** With 200 or 204. */
  accepted: boolean
}

/** The part of a Response that digest-fetch looks at. */
interface FetchedResponse {
  status: number
  headers: { get(name: string): string | null }
}

/** There was no response for `fetch` to return. */
class NothingFetched extends Error {
  override readonly name = 'NothingFetched'
}

/**
 * One Connection Request whose Digest is computed by `digest-fetch` and whose HTTP is spoken by Node, both
 * independent of our own. The client ignores the challenge's algorithm (it always takes MD5) and reads one
 * challenge only, so a failure here means no more than that this client failed.
 */
export async function knockWithDigestFetch(options: SecondClientOptions): Promise<SecondClientKnock> {
  const wire = createWire(options)
  const final = await lastOutcome(wire, options)
  return { final, accepted: final.kind === 'answer' && (final.status === 200 || final.status === 204) }
}

async function lastOutcome(wire: Wire, options: SecondClientOptions): Promise<Outcome> {
  const destination = parseConnectionRequestUrl(options.url)
  if (!destination)
    return recordNoAnswer(wire, wire.nextRequest(), wire.nextConnection(), {
      reason: 'unreachable',
      detail: `The ConnectionRequestURL "${options.url}" does not lead to a host.`,
    })

  const label = options.label ?? 'second client'
  let last: Outcome | undefined
  const fetchOverNodeHttp = async (
    _url: string,
    init?: { headers?: Record<string, string> },
  ): Promise<FetchedResponse> => {
    const headers = Object.entries(init?.headers ?? {})
    const authorised = headers.length > 0 && (options.authorised ?? true)
    const outcome = await getWithNodeHttp(wire, { destination, headers, label, authorised })
    last = outcome
    if (outcome.kind === 'no-answer') throw new NothingFetched(outcome.detail)
    return { status: outcome.status, headers: { get: name => outcome.header(name) ?? null } }
  }

  const client = new DigestClient(options.credentials.username, options.credentials.password)
  client.getClient = async () => fetchOverNodeHttp
  try {
    await client.fetch(options.url)
  } catch (error) {
    if (!(error instanceof NothingFetched)) throw error
  }
  if (!last) throw new Error('digest-fetch ended without sending a request')
  return last
}
