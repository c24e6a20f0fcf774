import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { bodyOf } from '../../timeline/body.ts'
import type { HeaderList } from '../../timeline/entry.ts'
import { createAlarm } from './alarm.ts'
import { parseChallenges } from './challenge.ts'
import { type Failure, failureOf } from './connection.ts'
import type { RequestDestination } from './connection-request-url.ts'
import { recordNoAnswer } from './exchange.ts'
import type { Outcome } from './outcome.ts'
import { credentialsIn, writeRequest } from './request-message.ts'
import { headerValue } from './response-head.ts'
import type { BodyEnd } from './response-reader.ts'
import type { Wire } from './wire.ts'

/** What `fetch` would be asked for, as far as a Connection Request needs it. */
export interface NodeHttpRequest {
  destination: RequestDestination
  headers: HeaderList
  label: string
  authorised: boolean
}

/** One request under way, and what was measured of it. */
interface Trip {
  request: number
  connection: number
  destination: RequestDestination
  times: { sentAt: number; connectMs: number; firstByteAt: number; lastByteAt: number }
  socket?: Socket
  /** Resolves when the socket has closed. */
  closed?: Promise<void>
}

/**
 * One GET by Node's own HTTP client and its strict parser, on a connection that nobody else uses and that both
 * sides are asked to close. What it can tell goes on the timeline.
 */
export async function getWithNodeHttp(wire: Wire, options: NodeHttpRequest): Promise<Outcome> {
  wire.signal?.throwIfAborted()
  const { destination } = options
  const { host, port, authority, target } = destination
  const now = wire.clock.now()
  const times = { sentAt: now, connectMs: 0, firstByteAt: 0, lastByteAt: 0 }
  const trip: Trip = { request: wire.nextRequest(), connection: wire.nextConnection(), destination, times }
  const { headers, bytes } = writeRequest({
    method: 'GET',
    target,
    httpVersion: '1.1',
    authority,
    headers: [...options.headers, ['Connection', 'close']],
    body: undefined,
  })
  // Without an agent, so that no connection is ever pooled.
  const outgoing = httpRequest({
    createConnection: () => openSocket(wire, trip),
    host,
    port,
    path: target,
    method: 'GET',
    setHost: false,
    headers: headers.flat(),
  })
  outgoing.on('finish', () => recordSent(wire, trip, options, headers, bytes))
  try {
    return await outcomeOf(wire, outgoing, trip)
  } finally {
    outgoing.destroy()
    trip.socket?.destroy()
    await trip.closed
  }
}

function openSocket(wire: Wire, trip: Trip): Socket {
  const { request, connection, times } = trip
  const { host, port } = trip.destination
  const startedAt = wire.clock.now()
  wire.timeline.add({ type: 'http-cr-connecting', request, connection, to: { address: host, port } })
  const socket = wire.clock.watch(connect({ host, port }))
  socket.setNoDelay(true)
  let connected = false
  let ended = false
  socket.once('connect', () => {
    connected = true
    times.connectMs = wire.clock.now() - startedAt
  })
  socket.on('data', () => {
    times.firstByteAt ||= wire.clock.now()
    times.lastByteAt = wire.clock.now()
  })
  socket.once('end', () => {
    ended = true
  })
  trip.socket = socket
  trip.closed = new Promise(resolve => {
    socket.once('close', hadError => {
      const by = hadError || ended ? 'device' : 'harness'
      if (connected) wire.timeline.add({ type: 'http-cr-closed', connection, by })
      resolve()
    })
  })
  return socket
}

function recordSent(wire: Wire, trip: Trip, options: NodeHttpRequest, headers: HeaderList, bytes: Buffer) {
  const { request, connection, destination, socket, times } = trip
  times.sentAt = wire.clock.now()
  wire.timeline.add({
    type: 'http-cr-sent',
    request,
    connection,
    label: options.label,
    authorised: options.authorised,
    method: 'GET',
    target: destination.target,
    headers,
    raw: bodyOf(bytes),
    credentials: credentialsIn(headers),
    socket: 'fresh',
    from: { address: socket?.localAddress ?? '', port: socket?.localPort ?? 0 },
    to: { address: destination.host, port: destination.port },
  })
}

function outcomeOf(wire: Wire, outgoing: ClientRequest, trip: Trip): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let settled = false
    const settle = (finish: () => void) => {
      if (settled) return
      settled = true
      alarm.cancel()
      wire.signal?.removeEventListener('abort', onAbort)
      finish()
    }
    const fail = ({ reason, detail }: Failure) => {
      const { request, connection, times } = trip
      settle(() => resolve(recordNoAnswer(wire, request, connection, { reason, detail, sentAt: times.sentAt })))
    }
    const seconds = wire.answerTimeoutMs / 1000
    const alarm = createAlarm(
      wire.clock,
      () => fail({ reason: 'timeout', detail: `No answer within ${seconds} s.` }),
      error => settle(() => reject(error)),
    )
    const onAbort = () => settle(() => reject(wire.signal?.reason))
    const onError = (error: Error) => fail(failureOfClient(error))
    outgoing.on('error', onError)
    outgoing.on('response', response => {
      const parts: Buffer[] = []
      response.on('data', part => parts.push(part))
      response.on('error', onError)
      response.on('end', () => settle(() => resolve(recordAnswer(wire, trip, response, Buffer.concat(parts)))))
    })
    wire.signal?.addEventListener('abort', onAbort)
    alarm.set(wire.answerTimeoutMs)
    outgoing.end()
  })
}

/** What an error of Node's client means for the request. */
function failureOfClient(error: NodeJS.ErrnoException): Failure {
  if (error.code?.startsWith('HPE_'))
    return { reason: 'malformed', detail: `Node's HTTP parser refuses the answer: ${error.message} (${error.code}).` }
  if (error.message === 'socket hang up')
    return { reason: 'closed', detail: 'The device closed the connection without an answer.' }
  return failureOf(error)
}

function recordAnswer(wire: Wire, trip: Trip, response: IncomingMessage, body: Buffer): Outcome {
  const { request, connection, times } = trip
  const { rawHeaders } = response
  const headers = rawHeaders.flatMap(
    (name, index): HeaderList => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? '']] : []),
  )
  const facts = {
    request,
    status: response.statusCode ?? 0,
    reason: response.statusMessage ?? '',
    httpVersion: response.httpVersion,
    headers,
    bodyEnd: bodyEndOf(response, headers),
    problems: parseChallenges(headers).problems,
    ...times,
  }
  const { seq } = wire.timeline.add({ type: 'http-cr-answered', connection, body: bodyOf(body), ...facts })
  const closedByDevice = facts.bodyEnd === 'close'
  return { kind: 'answer', seq, ...facts, header: name => headerValue(headers, name), body, closedByDevice }
}

function bodyEndOf({ statusCode }: IncomingMessage, headers: HeaderList): BodyEnd {
  if (statusCode === 204 || statusCode === 304) return 'none'
  if (headerValue(headers, 'transfer-encoding') !== undefined) return 'chunked'
  return headerValue(headers, 'content-length') === undefined ? 'close' : 'content-length'
}
