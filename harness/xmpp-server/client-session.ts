import { noLongerAwaited } from '../clock/clock.ts'
import type { Accounts } from './accounts.ts'
import { bindAnswer, isBindRequest, resourceAsked } from './bind.ts'
import { type Jid, bareJid, fullJid, parseJid, prepareLocal } from './jid.ts'
import type { Destination, Router } from './router.ts'
import { SaslNegotiation } from './sasl/negotiation.ts'
import { answerTo, isStanza, mayBeAnswered, stanzaError } from './stanza-error.ts'
import { writeFeatures } from './stream-features.ts'
import { clientHeaderProblem } from './stream-header.ts'
import type { StreamPolicy } from './stream-policy.ts'
import { namespaces } from './xml/namespaces.ts'
import { type XmlElement, xmlElement } from './xml/xml-element.ts'
import type { StreamRole, StreamSurroundings, XmppStream } from './xmpp-stream.ts'
import type { OpenedRoot } from './xml/element-parser.ts'

/** What the session of a client needs of its server. */
export interface ClientSurroundings extends StreamSurroundings {
  accounts: Accounts
  router: Router<ClientSession>
  /** The client has authenticated. */
  onAuthenticated(session: ClientSession): void
  onEnded(session: ClientSession): void
}

/** The session of a client: STARTTLS, SASL, bind, then stanzas. RFC 6120 */
export class ClientSession implements StreamRole, Destination {
  readonly content = namespaces.client
  readonly recorded = true
  readonly stream: XmppStream
  readonly policy: StreamPolicy
  /** The account it has authenticated as. */
  username: string | undefined
  jid: Jid | undefined
  readonly #surroundings: ClientSurroundings
  #sasl: SaslNegotiation | undefined
  /** The end of the stanzas that are held back. */
  #held: Promise<void> | undefined
  #stopHolding: AbortController | undefined

  constructor(stream: XmppStream, policy: StreamPolicy, surroundings: ClientSurroundings) {
    this.stream = stream
    this.policy = policy
    this.#surroundings = surroundings
  }

  domainFor(): string {
    return this.#surroundings.domain
  }

  headerProblem(header: OpenedRoot) {
    return clientHeaderProblem(header, this.#surroundings.domain)
  }

  opened(): void {
    this.stream.sendElement(
      writeFeatures(this.policy, { tls: this.stream.connection.tls, authenticated: this.username !== undefined }),
    )
  }

  element(element: XmlElement): void {
    if (element.namespace === namespaces.tls && element.name === 'starttls') return this.#startTls()
    if (this.username === undefined) return this.#authenticate(element)
    if (element.namespace !== namespaces.client || !isStanza(element))
      return this.stream.fail({
        condition: 'unsupported-stanza-type',
        text: `<${element.name}/> is not understood here.`,
      })
    if (isBindRequest(element)) return this.#bind(element)
    if (this.jid === undefined) return this.#refuseUnbound(element)
    this.#send(element, this.jid)
  }

  /** Sends a stanza of somebody else to the client, as late as the policy says. */
  deliver(stanza: XmlElement): void {
    const { stanzaDelayMs } = this.policy
    if (stanzaDelayMs <= 0) return this.stream.sendElement(stanza)
    this.#stopHolding ??= new AbortController()
    const due = this.#surroundings.clock.sleep(stanzaDelayMs, this.#stopHolding.signal)
    // One after another, so that they arrive in their order.
    this.#held = Promise.all([this.#held, due]).then(
      () => this.stream.sendElement(stanza),
      () => undefined,
    )
  }

  ended(): void {
    if (this.jid !== undefined) this.#surroundings.router.unbind(this.jid, this)
    this.#stopHolding?.abort(noLongerAwaited)
    this.#surroundings.onEnded(this)
  }

  #startTls(): void {
    const possible = !this.stream.connection.tls && this.policy.startTls !== 'none' && this.username === undefined
    const failure = xmlElement('failure', namespaces.tls)
    if (possible) {
      this.stream.startTls(xmlElement('proceed', namespaces.tls), failure)
      return
    }
    this.stream.sendElement(failure)
    this.stream.close('closed-by-server')
  }

  #authenticate(element: XmlElement): void {
    if (element.namespace !== namespaces.sasl)
      return this.stream.fail({ condition: 'not-authorized', text: 'Authentication comes first.' })
    this.#sasl ??= new SaslNegotiation({
      stream: this.stream,
      policy: this.policy,
      accounts: this.#surroundings.accounts,
      timeline: this.#surroundings.timeline,
      failuresAllowed: this.#surroundings.limits.authenticationFailures,
      onSuccess: username => {
        this.username = prepareLocal(username) ?? username
        this.#sasl = undefined
        this.#surroundings.onAuthenticated(this)
        this.stream.authenticated('restart')
      },
    })
    this.#sasl.element(element)
  }

  /** RFC 6120 7 */
  #bind(request: XmlElement): void {
    const username = this.username ?? ''
    if (this.jid !== undefined) return this.stream.sendElement(stanzaError(request, 'not-allowed'))
    const asked = resourceAsked(request)
    const jid = bindAnswer({ username, asked, policy: this.policy, domain: this.#surroundings.domain })
    if (jid === undefined) return this.stream.sendElement(stanzaError(request, 'bad-request'))
    this.jid = jid
    const earlier = this.#surroundings.router.bind(jid, this)
    earlier?.stream.fail({ condition: 'conflict', text: 'The resource was bound anew.' })
    const bound = xmlElement('bind', namespaces.bind, {}, [xmlElement('jid', namespaces.bind, {}, [fullJid(jid)])])
    this.stream.sendElement(answerTo(request, 'result', [bound]))
    this.stream.negotiated()
    this.stream.jid = fullJid(jid)
    this.#surroundings.timeline.add({
      type: 'xmpp-bound',
      connection: this.stream.connection.number,
      stream: this.stream.id,
      username,
      ...(asked === undefined ? {} : { askedResource: asked }),
      jid: fullJid(jid),
      tls: this.stream.connection.tls,
    })
  }

  /** RFC 6120 7.1 */
  #refuseUnbound(stanza: XmlElement): void {
    if (mayBeAnswered(stanza)) this.stream.sendElement(stanzaError(stanza, 'not-authorized'))
  }

  #send(stanza: XmlElement, jid: Jid): void {
    const { from } = stanza.attributes
    if (from !== undefined && !isOwn(from, jid))
      return this.stream.fail({ condition: 'invalid-from', text: `The "from" of this stream is ${fullJid(jid)}.` })
    stanza.attributes['from'] = fullJid(jid)
    if (stanza.name === 'presence' && stanza.attributes['to'] === undefined) return
    this.#surroundings.router.route(stanza)
  }
}

/** A client may name its full or its bare JID. RFC 6120 8.1.2.1 */
function isOwn(from: string, jid: Jid): boolean {
  const claimed = parseJid(from)
  if (claimed === undefined || bareJid(claimed) !== bareJid(jid)) return false
  return claimed.resource === '' || claimed.resource === jid.resource
}
