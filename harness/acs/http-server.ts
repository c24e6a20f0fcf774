import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Socket } from 'node:net'
import type { Clock } from '../clock/clock.ts'
import { bodyOf } from '../timeline/body.ts'
import type { SyntaxProblem } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { type Connection, acceptConnection } from './connection.ts'
import { type Exchange, createExchange, headerListOf } from './exchange.ts'
import { readBody } from './request-body.ts'
import type { TlsIdentity } from '../tls/authority.ts'

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

/**
 * @param options.onExchange gets each complete request, one after another on each connection
 * @param options.onClosed a connection is gone
 */
export function createHttpServer(options: {
  clock: Clock
  timeline: TimelineRecorder
  tls?: TlsIdentity | undefined
  onExchange: (exchange: Exchange) => void
  onClosed: (connection: Connection) => void
}): HttpServer {
  const { clock, timeline, tls, onExchange, onClosed } = options
  const connections = new Set<Connection>()
  const bySocket = new WeakMap<Duplex, Connection>()
  const byRemote = new Map<string, Connection>()
  /** TLS connections without a complete handshake, with what is known of its failure. */
  const unsecured = new Map<Connection, string>()
  let connectionCount = 0
  let exchangeCount = 0

  const server: Server = tls ? createTlsServer({ ...httpOptions, ...tls }) : createServer(httpOptions)
  server.timeout = 0
  server.on('request', (request, response) => void receive(request, response))
  server.on('clientError', refuse)
  if (tls) {
    // The clear text comes from another socket object than the one that was accepted.
    server.on('secureConnection', (socket: Socket) => {
      const connection = byRemote.get(remoteKey(socket))
      if (connection === undefined) return
      unsecured.delete(connection)
      tap(socket, connection)
    })
    server.on('tlsClientError', (error: Error, socket: Socket) => {
      const connection = byRemote.get(remoteKey(socket))
      if (connection) unsecured.set(connection, error.message)
    })
  }

  function tap(socket: Socket, connection: Connection): void {
    bySocket.set(socket, connection)
    // Before Node's own listener, so that the time is known when the request is.
    socket.prependListener('data', () => connection.requests.bytesArrived())
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = bySocket.get(request.socket)
    if (connection === undefined) return void request.socket.destroy()
    const begun = connection.requests.requestBegun()
    const number = ++exchangeCount
    const read = await readBody(request)
    connection.requests.requestComplete()
    timeline.add({
      type: 'http-received',
      connection: connection.number,
      exchange: number,
      firstByteAt: begun.firstByteAt,
      method: request.method ?? '',
      target: request.url ?? '',
      httpVersion: request.httpVersion,
      headers: headerListOf(request.rawHeaders),
      body: bodyOf(read.body),
      ...(begun.pipelined ? { pipelined: true } : {}),
      problems: requestProblems(request),
    })
    const exchange = createExchange({ number, connection, request, response, body: read.body, begun, timeline })
    if (read.refused === undefined) return onExchange(exchange)
    recordRefusal(connection, read.refused.reason, read.body)
    exchange.answer({ status: read.refused.status, connection: 'close', because: read.refused.reason })
  }

  /** What Node could not parse. */
  function refuse(error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Duplex): void {
    const connection = bySocket.get(socket)
    const isSyntax = error.code?.startsWith('HPE_') ?? false
    // Within a body, whoever reads it tells.
    if (connection && isSyntax && !connection.requests.receiving)
      recordRefusal(connection, `The request is not HTTP: ${error.message}.`, error.rawPacket)
    if (connection) connection.closingByAcs = isSyntax
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
    if (isSyntax && socket.writable) socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    else socket.destroy()
  }

  function recordRefusal(connection: Connection, reason: string, raw: Uint8Array = Buffer.alloc(0)): void {
    timeline.add({ type: 'http-refused', connection: connection.number, reason, raw: bodyOf(raw) })
  }

  return {
    connections,
    accept(socket) {
      const key = remoteKey(socket)
      const connection = acceptConnection({
        socket,
        number: ++connectionCount,
        tls: tls !== undefined,
        clock,
        timeline,
        onClosed(closed) {
          connections.delete(closed)
          const failure = unsecured.get(closed)
          if (failure !== undefined) recordRefusal(closed, `The TLS handshake was not completed: ${failure}.`)
          unsecured.delete(closed)
          if (byRemote.get(key) === closed) byRemote.delete(key)
          onClosed(closed)
        },
      })
      connections.add(connection)
      if (tls) unsecured.set(connection, 'the device closed the connection')
      byRemote.set(key, connection)
      server.emit('connection', socket)
      if (!tls) tap(socket, connection)
    },
  }
}

const remoteKey = (socket: Socket) => `${socket.remoteAddress}:${socket.remotePort}`

function requestProblems(request: IncomingMessage): SyntaxProblem[] {
  const problems: SyntaxProblem[] = []
  if (request.headers.host === undefined && request.httpVersion === '1.1')
    problems.push({ code: 'host-missing', text: 'The request has no Host header (RFC 9112 3.2).' })
  if (request.headers['content-length'] !== undefined && request.headers['transfer-encoding'] !== undefined)
    problems.push({ code: 'two-lengths', text: 'The request has both Content-Length and Transfer-Encoding.' })
  return problems
}
