import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { type Socket, connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Clock } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'

/** A hand-written client for the tests of the server: what it sends is text, right or wrong. */
export interface RawClient {
  /** The raw socket, or the TLS socket over it. */
  socket: Socket
  send(text: string | Uint8Array): void
  /** Waits until the pattern has come, and takes everything up to its end. @throws Error when the connection closes before */
  until(pattern: RegExp): Promise<string>
  /** Sends, then waits. */
  ask(text: string, pattern: RegExp): Promise<string>
  /** What has come and was not taken. */
  pending(): string
  startTls(ca: string): Promise<void>
  /** Resolves with everything that came and was not taken. */
  closed: Promise<{ how: 'end' | 'reset'; rest: string }>
  close(): void
}

/** Opens a TCP connection. */
export async function connectRaw(clock: Clock, { address, port }: Endpoint): Promise<RawClient> {
  const raw = connect({ host: address, port, noDelay: true })
  clock.watch(raw)
  await new Promise<void>((resolve, reject) => raw.once('connect', resolve).once('error', reject))
  let received = ''
  let isClosed = false
  let how: 'end' | 'reset' = 'end'
  let waiting: { pattern: RegExp; resolve: (text: string) => void; reject: (error: Error) => void } | undefined
  let onClosed: (end: { how: 'end' | 'reset'; rest: string }) => void
  const closed = new Promise<{ how: 'end' | 'reset'; rest: string }>(resolve => (onClosed = resolve))

  const check = () => {
    const match = waiting?.pattern.exec(received)
    if (waiting !== undefined && match) {
      const { resolve } = waiting
      const taken = received.slice(0, match.index + match[0].length)
      received = received.slice(taken.length)
      waiting = undefined
      resolve(taken)
    } else if (waiting !== undefined && isClosed) {
      waiting.reject(new Error(`Closed before ${waiting.pattern} came. Received: ${received}`))
      waiting = undefined
    }
  }
  const listen = (socket: Socket) => {
    socket.on('data', bytes => {
      received += bytes.toString('utf8')
      check()
    })
    socket.on('error', error => {
      if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') how = 'reset'
    })
  }
  raw.once('close', () => {
    isClosed = true
    check()
    onClosed({ how, rest: received })
  })
  listen(raw)

  const client: RawClient = {
    socket: raw,
    send: text => void client.socket.write(text),
    until(pattern) {
      return new Promise((resolve, reject) => {
        waiting = { pattern, resolve, reject }
        check()
      })
    },
    ask(text, pattern) {
      client.send(text)
      return client.until(pattern)
    },
    pending: () => received,
    async startTls(ca) {
      raw.removeAllListeners('data')
      const secure = connectTls({ socket: raw, ca, servername: 'xmpp.test' })
      listen(secure)
      client.socket = secure
      await new Promise<void>((resolve, reject) => secure.once('secureConnect', resolve).once('error', reject))
    },
    closed,
    close: () => raw.destroy(),
  }
  return client
}

export const streamHeader = (to = 'xmpp.test') =>
  `<?xml version='1.0'?><stream:stream to='${to}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`

const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl'
const base64 = (text: string) => Buffer.from(text).toString('base64')

export const plainAuth = (username: string, password: string) =>
  `<auth xmlns='${sasl}' mechanism='PLAIN'>${base64(`\0${username}\0${password}`)}</auth>`

/** Authenticates by SCRAM and checks the server's signature. @returns the last element of the server */
export async function scram(
  client: RawClient,
  mechanism: 'SCRAM-SHA-1' | 'SCRAM-SHA-256',
  { username, password }: { username: string; password: string },
): Promise<string> {
  const hash = mechanism === 'SCRAM-SHA-1' ? 'sha1' : 'sha256'
  const bare = `n=${username},r=${randomBytes(12).toString('hex')}`
  const first = await client.ask(
    `<auth xmlns='${sasl}' mechanism='${mechanism}'>${base64(`n,,${bare}`)}</auth>`,
    /<(challenge|failure)[^>]*>.*?<\/\1>/,
  )
  const challenge = Buffer.from(/<challenge[^>]*>(.*?)</.exec(first)?.[1] ?? '', 'base64').toString()
  const [, nonce = '', salt = '', iterations = ''] = /^r=([^,]*),s=([^,]*),i=(\d+)$/.exec(challenge) ?? []
  if (nonce === '') return first
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), hash === 'sha1' ? 20 : 32, hash)
  const key = (name: string) => createHmac(hash, salted).update(name).digest()
  const withoutProof = `c=biws,r=${nonce}`
  const message = `${bare},${challenge},${withoutProof}`
  const signature = createHmac(hash, createHash(hash).update(key('Client Key')).digest())
    .update(message)
    .digest()
  const proof = key('Client Key').map((byte, index) => byte ^ (signature[index] ?? 0))
  const last = await client.ask(
    `<response xmlns='${sasl}'>${base64(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`)}</response>`,
    /<(success|failure)[^>]*>.*?<\/\1>/,
  )
  const expected = `v=${createHmac(hash, key('Server Key')).update(message).digest('base64')}`
  if (last.includes('<success') && !last.includes(base64(expected))) throw new Error('The server signature is wrong.')
  return last
}

/** From the open connection to the bound resource, by PLAIN. @returns the JID */
export async function bindByPlain(
  client: RawClient,
  { username, password, resource }: { username: string; password: string; resource?: string },
): Promise<string> {
  await client.ask(streamHeader(), /<\/stream:features>/)
  await client.ask(plainAuth(username, password), /<success[^>]*\/>/)
  await client.ask(streamHeader(), /<\/stream:features>/)
  return await bind(client, resource)
}

/** @returns the JID that was bound */
export async function bind(client: RawClient, resource?: string): Promise<string> {
  const asked = resource === undefined ? '' : `<resource>${resource}</resource>`
  const answer = await client.ask(
    `<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>${asked}</bind></iq>`,
    /<\/iq>/,
  )
  return /<jid>(.*?)<\/jid>/.exec(answer)?.[1] ?? answer
}

/** Connects a component. XEP-0114 */
export async function connectComponent(
  clock: Clock,
  place: Endpoint,
  { domain, secret }: { domain: string; secret: string },
): Promise<RawClient> {
  const component = await connectRaw(clock, place)
  const header = await component.ask(
    `<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}'>`,
    /<stream:stream[^>]*>/,
  )
  const id = / id="([^"]*)"/.exec(header)?.[1] ?? ''
  const digest = createHash('sha1')
    .update(id + secret)
    .digest('hex')
  await component.ask(`<handshake>${digest}</handshake>`, /<handshake\/>/)
  return component
}
