import { type Socket, connect } from 'node:net'
import { type TLSSocket, connect as connectTls } from 'node:tls'
import type { Clock } from '../clock/clock.ts'
import { defer } from './deferred.ts'

/** A hand-written device for the tests of the ACS: raw HTTP on raw sockets, one answer at a time. */
export interface StubConnection {
  socket: Socket
  post(body: string, headers?: Record<string, string>): Promise<StubAnswer>
  /** Writes bytes and waits for nothing. */
  write(text: string | Uint8Array): void
  /** The next answer that arrives. */
  answer(): Promise<StubAnswer>
  closed: Promise<'end' | 'reset'>
  close(): void
}

export interface StubAnswer {
  status: number
  head: string
  body: string
  /** The cookies it sets, as a Cookie header. */
  cookies: string
  header(name: string): string | undefined
}

/** Opens a TCP (or TLS) connection to the ACS. Rejects when it is refused. */
export async function callAcs(
  clock: Clock,
  port: number,
  options: { ca?: string; path?: string } = {},
): Promise<StubConnection> {
  const raw = connect({ host: '127.0.0.1', port, noDelay: true })
  clock.watch(raw)
  await new Promise<void>((resolve, reject) => raw.once('connect', resolve).once('error', reject))
  const socket = options.ca === undefined ? raw : await secure(raw, options.ca)

  let received = Buffer.alloc(0)
  let next = defer<StubAnswer>()
  const closed = defer<'end' | 'reset'>()
  const deliver = () => {
    const answer = takeAnswer(received)
    if (answer === undefined) return
    received = received.subarray(answer.length)
    const current = next
    next = defer()
    pending.push(current.promise)
    current.resolve(answer.answer)
    deliver()
  }
  const pending: Promise<StubAnswer>[] = []
  const waitForAnswer = () => pending.shift() ?? next.promise.then(answer => (pending.shift(), answer))
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk])
    deliver()
  })
  let how: 'end' | 'reset' = 'end'
  socket.on('error', () => (how = 'reset'))
  socket.on('close', () => {
    closed.resolve(how)
    next.promise.catch(() => undefined)
    next.reject(new Error(`The ACS closed the connection (${how}).`))
  })
  return {
    socket,
    write: text => void socket.write(text),
    answer: waitForAnswer,
    post(body, headers = {}) {
      socket.write(postText(body, headers, options.path))
      return waitForAnswer()
    },
    closed: closed.promise,
    close: () => socket.destroy(),
  }
}

/** The bytes of a POST. */
export function postText(body: string, headers: Record<string, string> = {}, path = '/acs'): string {
  const envelope = body === '' ? {} : { 'Content-Type': 'text/xml; charset="utf-8"', SOAPAction: '' }
  const all = { Host: 'acs', 'Content-Length': String(Buffer.byteLength(body)), ...envelope, ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`
}

function takeAnswer(received: Buffer): { answer: StubAnswer; length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = received.subarray(0, headEnd).toString('latin1')
  const bodyLength = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0)
  const length = headEnd + 4 + bodyLength
  if (received.length < length) return undefined
  const header = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(head)?.[1]?.trim()
  const setCookies = [...head.matchAll(/^set-cookie:\s*([^;\r]*)/gim)].map(match => match[1] ?? '')
  return {
    length,
    answer: {
      status: Number(head.split(' ')[1]),
      head,
      body: received.subarray(headEnd + 4, length).toString('utf8'),
      cookies: setCookies.join('; '),
      header,
    },
  }
}

async function secure(raw: Socket, ca: string): Promise<TLSSocket> {
  const socket = connectTls({ socket: raw, ca, servername: 'acs.test' })
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  return socket
}
