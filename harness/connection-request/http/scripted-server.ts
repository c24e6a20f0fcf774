import { createHash } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import type { Clock } from '../../clock/clock.ts'

/** One request as the server of a test got it. */
export interface ReceivedRequest {
  /** Counted from 1 over all connections. */
  number: number
  /** Counted from 1. */
  connection: number
  /** Request line and headers, as they came. */
  head: string
  socket: Socket
}

/** What the server does with a request; it may take its time. */
export type AnswerRequest = (request: ReceivedRequest) => unknown

export interface ScriptedServer {
  url: string
  received: ReceivedRequest[]
  openConnections(): number
  [Symbol.asyncDispose](): Promise<void>
}

/** A server on raw sockets for self-tests: `answer` is called for each request head and writes what it likes. */
export async function scriptedServer(clock: Clock, answer: AnswerRequest): Promise<ScriptedServer> {
  const received: ReceivedRequest[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer(socket => {
    clock.watch(socket)
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    const connection = ++connections
    let waiting = ''
    socket.on('data', chunk => {
      waiting += chunk.toString('latin1')
      for (let end = waiting.indexOf('\r\n\r\n'); end >= 0; end = waiting.indexOf('\r\n\r\n')) {
        const request = { number: received.length + 1, connection, head: waiting.slice(0, end), socket }
        waiting = waiting.slice(end + 4)
        received.push(request)
        void answer(request)
      }
    })
  })
  const port = await listening(server)
  return {
    url: `http://127.0.0.1:${port}/cr`,
    received,
    openConnections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}

/** The pair that `answersDigest` expects. */
export const rightCredentials = { username: 'acs', password: 'secret' }

/** Whether a request carries the right MD5 Digest with qop=auth; computed on its own, apart from what is tested. */
export function answersDigest(head: string): boolean {
  const field = (name: string) => new RegExp(`[ ,]${name}="?([^",]*)`, 'i').exec(head)?.[1] ?? ''
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const method = head.slice(0, head.indexOf(' '))
  const ha1 = md5(`${field('username')}:${field('realm')}:${rightCredentials.password}`)
  const ha2 = md5(`${method}:${field('uri')}`)
  const expected = md5(`${ha1}:${field('nonce')}:${field('nc')}:${field('cnonce')}:${field('qop')}:${ha2}`)
  return field('username') === rightCredentials.username && field('response') === expected
}

export const nonceIn = (head: string) => /nonce="([^"]*)"/.exec(head)?.[1]

/** A 401 with a Digest challenge and no body. */
export const challengeAnswer = (nonce: string, headers = '') =>
  `HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="cpe", nonce="${nonce}", qop="auth"\r\nContent-Length: 0\r\n${headers}\r\n`
