import type { TimelineRecorder } from '../../timeline/recorder.ts'
import type { Accounts } from '../accounts.ts'
import { mechanismsOffered } from '../stream-features.ts'
import type { SaslMechanism, StreamPolicy } from '../stream-policy.ts'
import { namespaces } from '../xml/namespaces.ts'
import { type XmlElement, textOf, xmlElement } from '../xml/xml-element.ts'
import type { XmppStream } from '../xmpp-stream.ts'
import type { SaslExchange, SaslFailure, SaslStep } from './exchange.ts'
import { createPlainExchange } from './plain.ts'
import { createScramExchange } from './scram.ts'

const exchanges: Record<SaslMechanism, (accounts: Accounts) => SaslExchange> = {
  'SCRAM-SHA-256': accounts => createScramExchange('sha256', accounts),
  'SCRAM-SHA-1': accounts => createScramExchange('sha1', accounts),
  PLAIN: createPlainExchange,
}

interface SaslOptions {
  stream: XmppStream
  policy: StreamPolicy
  accounts: Accounts
  timeline: Pick<TimelineRecorder, 'add'>
  failuresAllowed: number
  onSuccess: (username: string) => void
}

/** The elements of SASL on one stream, up to success or too many failures. RFC 6120 6 */
export class SaslNegotiation {
  readonly #options: SaslOptions
  #running: { mechanism: string; exchange: SaslExchange } | undefined
  #failures = 0

  constructor(options: SaslOptions) {
    this.#options = options
  }

  element(element: XmlElement): void {
    const { stream } = this.#options
    if (element.name === 'auth') return this.#begin(element)
    if (element.name === 'response') return this.#respond(element)
    if (element.name === 'abort') return this.#fail('aborted')
    stream.fail({ condition: 'unsupported-stanza-type', text: `<${element.name}/> is not understood here.` })
  }

  #begin(auth: XmlElement): void {
    const { policy, accounts, stream } = this.#options
    const asked = auth.attributes['mechanism'] ?? ''
    this.#running = undefined
    const { tls } = stream.connection
    const mechanism = policy.mechanisms.find(known => known === asked)
    if (mechanism === undefined) return this.#fail('invalid-mechanism', asked)
    if (!mechanismsOffered(policy, { tls }).includes(mechanism)) return this.#fail('encryption-required', asked)
    this.#running = { mechanism, exchange: exchanges[mechanism](accounts) }
    // Without an initial response the client waits for an empty challenge. RFC 6120 6.4.2
    if (auth.children.length === 0) return stream.sendElement(xmlElement('challenge', namespaces.sasl))
    this.#respond(auth)
  }

  #respond(element: XmlElement): void {
    const running = this.#running
    if (running === undefined) return this.#fail('malformed-request')
    const message = decodeBase64(textOf(element))
    if (message === undefined) return this.#fail('incorrect-encoding')
    this.#say(running.exchange.step(message), running)
  }

  #say(step: SaslStep, { mechanism, exchange }: { mechanism: string; exchange: SaslExchange }): void {
    const { stream, policy } = this.#options
    if (step.kind === 'failure') return this.#fail(step.condition)
    if (policy.failAuthentication !== undefined) return this.#fail(policy.failAuthentication)
    if (step.kind === 'challenge') return stream.sendElement(saslElement('challenge', step.data))
    this.#running = undefined
    stream.sendElement(saslElement('success', step.data))
    this.#record({ mechanism, username: exchange.claimed, ok: true })
    this.#options.onSuccess(step.username)
  }

  #fail(condition: SaslFailure, mechanism = this.#running?.mechanism ?? ''): void {
    const { stream, failuresAllowed } = this.#options
    const username = this.#running?.exchange.claimed ?? ''
    this.#running = undefined
    stream.sendElement(xmlElement('failure', namespaces.sasl, {}, [xmlElement(condition, namespaces.sasl)]))
    this.#record({ mechanism, username, ok: false, condition })
    if (++this.#failures >= failuresAllowed)
      stream.fail({ condition: 'policy-violation', text: 'Too many failed authentications.' })
  }

  #record(outcome: { mechanism: string; username: string; ok: boolean; condition?: string }): void {
    const { number, tls } = this.#options.stream.connection
    this.#options.timeline.add({ type: 'xmpp-authenticated', connection: number, ...outcome, tls })
  }
}

const saslElement = (name: string, data: string | undefined): XmlElement =>
  xmlElement(name, namespaces.sasl, {}, data === undefined ? [] : [Buffer.from(data).toString('base64')])

/** RFC 6120 6.4.2, 13.9.1: `=` stands for nothing; anything but base64 is refused. */
function decodeBase64(text: string): Buffer | undefined {
  if (text === '=' || text === '') return Buffer.alloc(0)
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  return Buffer.from(text, 'base64')
}
