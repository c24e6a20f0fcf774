import { parseChallenges } from '../connection-request/http/challenge.ts'
import type { EntryOf, NewEntry } from '../timeline/entry.ts'
import type { CapturedConnection } from './connection.ts'
import { schemeOf } from './device-authentication.ts'
import type { AddDraft } from './draft.ts'
import { headerValues, type HttpExchange } from './http-exchange.ts'

/** Requests of a capture have no scenario that names them. */
export const capturedLabel = 'in the capture'

/**
 * Writes down the Connection Requests that connections to the device carried, as who sent them would have.
 *
 * `authorised` rests on what the device did, because nobody here knows its password: true where the request carried
 * credentials and the device accepted it (2xx), false anywhere else. What a device refuses although it should accept it
 * can therefore not be seen in a capture, nor what it accepts with wrong credentials.
 */
export function noteDeviceRequests(connections: readonly CapturedConnection[], add: AddDraft): void {
  let requests = 0
  let number = 0
  for (const connection of connections) {
    number++
    let request = ++requests
    const attempt: NewEntry = { type: 'http-cr-connecting', request, connection: number, to: connection.to }
    if (connection.beginSeen) add(attempt, connection.begunAt, connection.begunOrder)
    if (connection.exchanges.length === 0) noteNoRequest(connection, request, number, add)
    for (const [index, exchange] of connection.exchanges.entries()) {
      if (index > 0) request = ++requests
      const socket = index === 0 && connection.beginSeen ? 'fresh' : 'kept'
      add(sentEntry(exchange, connection, { request, number, socket }), exchange.firstByteAt, exchange.order)
      noteOutcome(exchange, connection, { request, number }, add)
    }
    const { closed } = connection
    if (closed === undefined) continue
    const by = closed.by === 'server' ? 'device' : 'harness'
    add({ type: 'http-cr-closed', connection: number, by }, closed.at, closed.order)
  }
}

function noteNoRequest(connection: CapturedConnection, request: number, number: number, add: AddDraft): void {
  const unanswered = (reason: EntryOf<'http-cr-unanswered'>['reason'], detail: string): NewEntry => ({
    type: 'http-cr-unanswered',
    ...{ request, connection: number, reason, detail },
  })
  const { refusedAt, refusedOrder, acceptedAt, attempts, begunAt, lastAttemptAt } = connection
  if (refusedAt !== undefined) add(unanswered('refused', 'The device refused the connection.'), refusedAt, refusedOrder)
  // One SYN at the end of the capture says nothing.
  else if (acceptedAt === undefined && attempts > 1) {
    const detail = `No answer to ${attempts} attempts to connect within ${(lastAttemptAt - begunAt) / 1000} s.`
    add(unanswered('timeout', detail), lastAttemptAt)
  }
}

function sentEntry(
  exchange: HttpExchange,
  { from, to }: CapturedConnection,
  place: { request: number; number: number; socket: 'fresh' | 'kept' },
): NewEntry {
  const { method, target, headers, raw, answer } = exchange
  const credentials = credentialsOf(exchange)
  const accepted = answer !== undefined && answer.response.status >= 200 && answer.response.status < 300
  return {
    type: 'http-cr-sent',
    ...{ request: place.request, connection: place.number, label: capturedLabel, method, target, headers, raw },
    ...{ credentials, socket: place.socket, from, to, authorised: credentials !== 'none' && accepted },
  }
}

function credentialsOf({ headers }: HttpExchange): EntryOf<'http-cr-sent'>['credentials'] {
  const [authorization] = headerValues(headers, 'authorization')
  const scheme = authorization === undefined ? 'other' : schemeOf(authorization)
  return scheme === 'other' ? 'none' : scheme
}

function noteOutcome(
  exchange: HttpExchange,
  connection: CapturedConnection,
  { request, number }: { request: number; number: number },
  add: AddDraft,
): void {
  const { answer, failure, firstByteAt: sentAt } = exchange
  const place = { request, connection: number }
  if (answer !== undefined) {
    const { body, problems, ...head } = answer.response
    add(
      {
        type: 'http-cr-answered',
        ...{ ...place, ...head, body, problems: [...problems, ...parseChallenges(head.headers).problems] },
        ...{
          sentAt,
          firstByteAt: answer.firstByteAt,
          lastByteAt: answer.lastByteAt,
          connectMs: roundTripOf(connection),
        },
      },
      answer.at,
      answer.order,
    )
  } else if (failure !== undefined) {
    const { reason, detail, received, at, order } = failure
    const gaveUp = connection.closed?.by === 'client' && received === undefined
    const waited = `The one who asked closed the connection after ${(at - sentAt) / 1000} s without an answer.`
    const entry = { ...place, reason: gaveUp ? ('timeout' as const) : reason, detail: gaveUp ? waited : detail, sentAt }
    add({ type: 'http-cr-unanswered', ...entry, ...(received === undefined ? {} : { received }) }, at, order)
  }
}

/**
 * The round trip, wherever between the two the capture was taken: from the SYN until the client has confirmed the answer
 * to it. 0 where the beginning is not in the capture.
 */
function roundTripOf({ beginSeen, lastAttemptAt, establishedAt }: CapturedConnection): number {
  return !beginSeen || establishedAt === undefined ? 0 : Math.max(0, establishedAt - lastAttemptAt)
}
