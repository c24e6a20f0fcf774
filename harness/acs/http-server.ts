import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Clock, type Milliseconds, noLongerAwaited } from '../clock/clock.ts'
import { bodyOf } from '../timeline/body.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { AcsTls } from '../tls/client-certificates.ts'
import type { Admission } from './admission.ts'
import { type Connection, acceptConnection, plainAddress } from './connection.ts'
import { type Decoded, decodeBody } from './content-coding.ts'
import { type Exchange, createExchange, headerListOf } from './exchange.ts'
import { createBodyKeeper } from './kept-bodies.ts'
import { announcedTooLong, readBody } from './request-body.ts'
import { headFaults } from './request-head.ts'
import { followHandshakes } from './tls-handshakes.ts'

/** Speaks HTTP over sockets that are handed to it. */
export interface HttpServer {
  accept(socket: Socket): void
  readonly connections: ReadonlySet<Connection>
}

const httpOptions = {
  // Devices send what strict parsing refuses; it is read, and judged elsewhere.
  insecureHTTPParser: true,
  keepAliveTimeout: 0,
  requestTimeout: 0,
  headersTimeout: 0,
  maxHeaderSize: 64 * 1024,
  requireHostHeader: false,
}

/** How long a request may take from its first byte to its last; a device in its session may be silent as long. */
const longestRequestMs: Milliseconds = 120_000

/**
 * @param options.onExchange gets each complete request, one after another on each connection
 * @param options.onClosed a connection is gone
 */
export function createHttpServer(options: {
  clock: Clock
  timeline: TimelineRecorder
  tls?: AcsTls | undefined
  admission: (connections: ReadonlySet<Connection>) => Admission
  onExchange: (exchange: Exchange) => void
  onClosed: (connection: Connection) => void
}): HttpServer & Disposable {
  const { clock, timeline, tls, onExchange, onClosed } = options
  const connections = new Set<Connection>()
  const admission = options.admission(connections)
  const bySocket = new WeakMap<Duplex, Connection>()
  const byRemote = new Map<string, Connection>()
  const keepBody = createBodyKeeper()
  let connectionCount = 0
  let exchangeCount = 0

  const server: Server = tls ? createTlsServer({ ...httpOptions, ...tls.options }) : createServer(httpOptions)
  server.timeout = 0
  server.on('request', (request, response) => void receive(request, response))
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (announcedTooLong(request) === undefined) response.writeContinue()
    void receive(request, response)
  })
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => void receive(request, response))
  server.on('connect', (_request, socket: Duplex) => {
    const connection = bySocket.get(socket)
    if (connection) refuseBytes(connection, socket, '405 Method Not Allowed', 'CONNECT is not for an ACS.')
    else socket.destroy()
  })
  server.on('clientError', refuse)
  const handshakes = tls && followHandshakes({ server, tls, timeline, recordRefusal, connectionOf, onSecure: tap })

  function connectionOf(socket: Socket): Connection | undefined {
    return byRemote.get(remoteKey(socket))
  }

  function tap(socket: Socket, connection: Connection): void {
    bySocket.set(socket, connection)
    // Before Node's own listener, so that the time is known when the request is; and after it, when it was parsed.
    socket.prependListener('data', (bytes: Buffer) => connection.requests.bytesArrived(bytes))
    limitRequests(socket, connection)
  }

  /** A request that comes by single bytes shall not hold its connection for ever. Whole ones cost no timer. */
  function limitRequests(socket: Socket, connection: Connection): void {
    let timer: AbortController | undefined
    const stop = () => {
      timer?.abort(noLongerAwaited)
      timer = undefined
    }
    socket.once('close', stop)
    socket.on('data', () => {
      if (!connection.requests.isPartial) return stop()
      if (timer !== undefined) return
      timer = new AbortController()
      clock.sleep(longestRequestMs, timer.signal).then(
        () => giveUp(socket, connection),
        () => undefined,
      )
    })
  }

  function giveUp(socket: Socket, connection: Connection): void {
    const reason = `The request was not complete ${longestRequestMs / 1000} s after its first byte.`
    if (!connection.requests.receiving) return refuseBytes(connection, socket, '408 Request Timeout', reason)
    connection.closedFor = reason
    connection.destroy('close')
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = bySocket.get(request.socket)
    if (connection === undefined) return void request.socket.destroy()
    if (connection.refused) return
    const begun = connection.requests.requestBegun(request)
    const number = ++exchangeCount
    const faults = headFaults(request, begun.rawHead)
    connection.refused = faults.refused !== undefined
    const read = await bodyUnless(faults.refused, request, connection)
    connection.requests.requestComplete(request)
    const decoded = read.refused ? read : decodeIfCoded(request, read.body)
    const body = 'body' in decoded ? decoded.body : read.body
    timeline.add({
      type: 'http-received',
      connection: connection.number,
      exchange: number,
      firstByteAt: begun.firstByteAt,
      method: request.method ?? '',
      target: request.url ?? '',
      httpVersion: request.httpVersion,
      headers: headerListOf(request.rawHeaders),
      body: keepBody(body),
      ...(body === read.body ? {} : { coding: { name: codingOf(request), bytes: read.body.length } }),
      ...(begun.pipelined ? { pipelined: true } : {}),
      problems: [
        ...faults.problems,
        ...(begun.framing?.isPadded ? [paddedChunkSize] : []),
        ...('problem' in decoded ? [decoded.problem] : []),
      ],
    })
    const exchange = createExchange({ number, connection, request, response, body, begun, timeline })
    const refused = read.refused ?? ('refused' in decoded ? decoded.refused : undefined)
    if (refused === undefined) return onExchange(exchange)
    recordRefusal(connection, refused.reason)
    exchange.answer({ status: refused.status, connection: 'close', because: refused.reason })
  }

  async function bodyUnless(
    refused: Refused | undefined,
    request: IncomingMessage,
    connection: Connection,
  ): Promise<{ body: Buffer; refused?: Refused }> {
    const before =
      refused ??
      (request.headers.expect === undefined ? undefined : (unknownExpectation(request) ?? announcedTooLong(request)))
    if (before !== undefined) return { body: Buffer.alloc(0), refused: before }
    return readBody(request, {
      onFault: tell =>
        connection.requests.onFault(problem => {
          connection.refused = true
          tell({ status: 400, reason: `The body is not framed as chunks are: ${problem} (RFC 9112 7.1).` })
        }),
      get closedFor() {
        return connection.closedFor
      },
      giveUp: () => connection.destroy('close'),
    })
  }

  /** What Node could not parse. */
  function refuse(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex): void {
    const connection = bySocket.get(socket)
    const isSyntax = error.code?.startsWith('HPE_') ?? false
    if (!connection || !isSyntax) return void socket.destroy()
    if (connection.refused) return
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
    const reason = `The request is not HTTP: ${error.message}.`
    // Within a body, whoever reads it tells.
    if (connection.requests.receiving) {
      if (error.code !== 'HPE_INVALID_EOF_STATE') connection.closedFor = reason
      endWith(connection, socket, status)
    } else refuseBytes(connection, socket, status, reason, error.rawPacket)
  }

  function refuseBytes(connection: Connection, socket: Duplex, status: string, reason: string, raw?: Uint8Array): void {
    connection.refused = true
    recordRefusal(connection, reason, raw)
    endWith(connection, socket, status)
  }

  /** The rest of what comes is not read any more: a half-open connection would be held by whoever sends. */
  function endWith(connection: Connection, socket: Duplex, status: string): void {
    connection.closingByAcs = true
    if (!socket.writable) return void socket.destroy()
    socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`, () => socket.destroy())
  }

  function recordRefusal(connection: Connection, reason: string, raw: Uint8Array = Buffer.alloc(0)): void {
    timeline.add({
      type: 'http-refused',
      connection: connection.number,
      reason,
      raw: bodyOf(raw.subarray(0, keptOfRefused)),
    })
  }

  return {
    connections,
    accept(socket) {
      const key = remoteKey(socket)
      if (!admission.admits(plainAddress(socket.remoteAddress))) {
        clock
          .watch(socket)
          .on('error', () => undefined)
          .destroy()
        return
      }
      const connection = acceptConnection({
        socket,
        number: ++connectionCount,
        tls: tls !== undefined,
        clock,
        timeline,
        onClosed(closed) {
          connections.delete(closed)
          handshakes?.connectionClosed(closed)
          if (byRemote.get(key) === closed) byRemote.delete(key)
          onClosed(closed)
        },
      })
      connections.add(connection)
      handshakes?.connectionAccepted(connection)
      byRemote.set(key, connection)
      server.emit('connection', socket)
      if (!tls) tap(socket, connection)
    },
    [Symbol.dispose]: () => admission.close(),
  }
}

const paddedChunkSize = {
  code: 'padded-chunk-size',
  text: 'Blanks stand behind the size of a chunk, where the standard knows none (RFC 9112 7.1).',
}

interface Refused {
  status: number
  reason: string
}

/** Of what is not even HTTP: enough to see what it was. */
const keptOfRefused = 4096

const remoteKey = (socket: Socket) => `${socket.remoteAddress}:${socket.remotePort}`

const codingOf = ({ headers }: IncomingMessage): string => headers['content-encoding'] ?? ''

/** A body without a coding is handed through as it is. */
const decodeIfCoded = (request: IncomingMessage, body: Buffer): Decoded =>
  body.length === 0 || codingOf(request) === '' ? { body } : decodeBody(body, codingOf(request))

function unknownExpectation({ headers }: IncomingMessage): Refused | undefined {
  if (headers.expect?.toLowerCase() === '100-continue') return undefined
  return { status: 417, reason: `The expectation "${headers.expect}" is none that HTTP knows (RFC 9110 10.1.1).` }
}
