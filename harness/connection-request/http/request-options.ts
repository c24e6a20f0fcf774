import type { HeaderList } from '../../timeline/entry.ts'
import { type RequestDestination, parseConnectionRequestUrl } from './connection-request-url.ts'
import type { OutgoingRequest } from './exchange.ts'
import { credentialsIn, writeRequest } from './request-message.ts'
import type { Wire } from './wire.ts'

/** One request to the device, in the scenario's words. */
export interface RequestOptions {
  /** The ConnectionRequestURL. */
  url: string
  /** For people, for example `wrong password`. */
  label: string
  /** Whether the device should accept it. */
  authorised: boolean
  /** GET unless given. */
  method?: string
  /** Another request-target than the URL's path and query. */
  target?: string
  httpVersion?: '1.1' | '1.0'
  /** Besides Host, or instead of it. */
  headers?: HeaderList
  body?: Uint8Array | string
  /** The address of this machine to send from. */
  localAddress?: string
  /** Instead of the requester's. */
  answerTimeoutMs?: number
}

/** What is the same for all legs of a request. */
export interface RequestPlan {
  /** Undefined when the URL leads nowhere. */
  destination: RequestDestination | undefined
  method: string
  target: string
  body: Uint8Array | undefined
}

/** Reads the options once. */
export function planRequest(options: RequestOptions): RequestPlan {
  const destination = parseConnectionRequestUrl(options.url)
  return {
    destination,
    method: options.method ?? 'GET',
    target: options.target ?? destination?.target ?? '/',
    body: typeof options.body === 'string' ? Buffer.from(options.body, 'utf8') : options.body,
  }
}

/** One leg, ready to be written: the options' headers and `authorization`, if there is one, after them. */
export function outgoingRequest(
  wire: Wire,
  options: RequestOptions,
  plan: RequestPlan,
  authorization?: string,
): OutgoingRequest {
  const { method, target, body } = plan
  const { headers, bytes } = writeRequest({
    method,
    target,
    httpVersion: options.httpVersion ?? '1.1',
    authority: plan.destination?.authority ?? '',
    headers: [
      ...(options.headers ?? []),
      ...(authorization === undefined ? [] : [['Authorization', authorization] as [string, string]]),
    ],
    body,
  })
  return {
    request: wire.nextRequest(),
    label: options.label,
    authorised: options.authorised,
    method,
    target,
    headers,
    bytes,
    credentials: credentialsIn(headers),
    answerTimeoutMs: options.answerTimeoutMs ?? wire.answerTimeoutMs,
  }
}

/** The leg that only fetches a challenge: never one that the device should accept. */
export function challengeRequest(wire: Wire, options: RequestOptions, plan: RequestPlan): OutgoingRequest {
  return outgoingRequest(wire, { ...options, authorised: false }, plan)
}
