import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import { startScram } from '../../../fixtures/simulated-cpe/xmpp/scram.ts'
import type { Clock } from '../../../harness/clock/clock.ts'
import { accountPassword, domain } from './accounts.ts'
import { createTextExchange, type TextExchange } from './text-exchange.ts'

/** A client stream under TLS with a bound resource, that answers whatever it is asked. */
export interface DeviceStream {
  /** The full JID. */
  readonly jid: string
  close(): void
}

export interface DeviceStreamOptions {
  clock: Clock
  port: number
  /** What the client trusts; shared by all, because making it is dear. */
  secureContext: SecureContext
  username: string
  /** By PLAIN a server has no keys to compute. */
  mechanism: 'SCRAM-SHA-1' | 'PLAIN'
}

const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl'
const header = `<?xml version='1.0'?><stream:stream to='${domain}' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>`
const features = /<\/stream:features>/

/**
 * Connects and negotiates as a device does (RFC 6120), but reads no more of it than it must: what is measured is the
 * server. @throws Error when the server says anything unexpected
 */
export async function openDeviceStream(options: DeviceStreamOptions): Promise<DeviceStream> {
  const { clock, port, secureContext, username } = options
  const raw = clock.watch(connect({ host: '127.0.0.1', port, noDelay: true }))
  await once(raw, 'connect')
  const inClear = createTextExchange(raw)
  await inClear.ask(header, features)
  await inClear.ask("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", /<proceed[^>]*>/)
  inClear.release()
  const socket = connectTls({ socket: raw, secureContext, servername: domain })
  await once(socket, 'secureConnect')
  const exchange = createTextExchange(socket)
  await exchange.ask(header, features)
  if (options.mechanism === 'PLAIN') await authenticateByPlain(exchange, username)
  else await authenticateByScram(exchange, username)
  await exchange.ask(header, features)
  const bound = await exchange.ask(
    "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>cpe</resource></bind></iq>",
    /<\/iq>/,
  )
  exchange.release()
  const jid = /<jid>(.*?)<\/jid>/.exec(bound)?.[1]
  if (jid === undefined) throw new Error(`No resource was bound: ${bound}`)
  answerRequests(socket)
  return { jid, close: () => raw.destroy() }
}

const encode = (text: string) => Buffer.from(text).toString('base64')

async function authenticateByPlain(exchange: TextExchange, username: string): Promise<void> {
  const message = encode(`\0${username}\0${accountPassword}`)
  expectSuccess(await exchange.ask(`<auth xmlns='${sasl}' mechanism='PLAIN'>${message}</auth>`, lastOfSasl))
}

async function authenticateByScram(exchange: TextExchange, username: string): Promise<void> {
  const nonce = randomBytes(12).toString('hex')
  const scram = startScram({ hash: 'sha1', username, password: accountPassword, nonce })
  const first = `<auth xmlns='${sasl}' mechanism='SCRAM-SHA-1'>${encode(scram.first())}</auth>`
  const challenge = /<challenge[^>]*>(.*?)</.exec(await exchange.ask(first, /<\/challenge>|<\/failure>/))?.[1] ?? ''
  const final = encode(scram.final(Buffer.from(challenge, 'base64').toString()))
  expectSuccess(await exchange.ask(`<response xmlns='${sasl}'>${final}</response>`, lastOfSasl))
}

const lastOfSasl = /<success[^>]*\/>|<\/success>|<\/failure>/

function expectSuccess(answer: string): void {
  if (!answer.includes('<success')) throw new Error(`The server does not let the client in: ${answer}`)
}

/** Every request gets an empty result. */
function answerRequests(socket: TLSSocket): void {
  let rest = ''
  socket.on('data', bytes => {
    rest += bytes.toString('latin1')
    for (let end = rest.indexOf('</iq>'); end >= 0; end = rest.indexOf('</iq>')) {
      const stanza = rest.slice(0, end)
      rest = rest.slice(end + '</iq>'.length)
      socket.write(`<iq type='result' id='${attribute(stanza, idPattern)}' to='${attribute(stanza, fromPattern)}'/>`)
    }
  })
}

const idPattern = / id=['"]([^'"]*)/
const fromPattern = / from=['"]([^'"]*)/
const attribute = (stanza: string, pattern: RegExp) => pattern.exec(stanza)?.[1] ?? ''
