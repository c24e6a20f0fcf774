import { createHash, timingSafeEqual } from 'node:crypto'
import { parseJid, prepareDomain } from './jid.ts'
import type { ClientSession } from './client-session.ts'
import type { Destination, Router } from './router.ts'
import { isStanza } from './stanza-error.ts'
import type { StreamProblem } from './stream-error.ts'
import type { OpenedRoot } from './xml/element-parser.ts'
import { namespaces } from './xml/namespaces.ts'
import { type XmlElement, textOf, xmlElement } from './xml/xml-element.ts'
import type { StreamRole, StreamSurroundings, XmppStream } from './xmpp-stream.ts'

/** What the session of a component needs of its server. */
export interface ComponentSurroundings extends StreamSurroundings {
  router: Router<ClientSession>
  /** The shared secret of a component; `undefined` where there is none of this domain. */
  secretOf(domain: string): string | undefined
  onAuthenticated(session: ComponentSession): void
  onEnded(session: ComponentSession): void
}

/** The session of a component. XEP-0114 */
export class ComponentSession implements StreamRole, Destination {
  readonly content = namespaces.component
  readonly recorded = false
  readonly stream: XmppStream
  readonly #surroundings: ComponentSurroundings
  #domain = ''
  #connected = false

  constructor(stream: XmppStream, surroundings: ComponentSurroundings) {
    this.stream = stream
    this.#surroundings = surroundings
  }

  domainFor(header: OpenedRoot): string {
    return prepareDomain(header.attributes['to'] ?? '') ?? this.#surroundings.domain
  }

  headerProblem(header: OpenedRoot): StreamProblem | undefined {
    this.#domain = prepareDomain(header.attributes['to'] ?? '') ?? ''
    if (this.#surroundings.secretOf(this.#domain) !== undefined) return undefined
    return { condition: 'host-unknown', text: 'No component of this domain is known.' }
  }

  opened(): void {}

  element(element: XmlElement): void {
    if (!this.#connected) return this.#handshake(element)
    if (element.namespace !== namespaces.component || !isStanza(element))
      return this.stream.fail({ condition: 'unsupported-stanza-type' })
    const problem = this.#addressProblem(element)
    if (problem !== undefined) return this.stream.fail(problem)
    this.#surroundings.router.route(element)
  }

  deliver(stanza: XmlElement): void {
    this.stream.sendElement(stanza)
  }

  ended(): void {
    if (this.#connected) this.#surroundings.router.disconnectComponent(this.#domain, this)
    this.#surroundings.onEnded(this)
  }

  #handshake(element: XmlElement): void {
    const secret = this.#surroundings.secretOf(this.#domain)
    const isHandshake = element.name === 'handshake' && element.namespace === namespaces.component
    if (!isHandshake || secret === undefined || !isHandshakeOf(textOf(element), this.stream.id, secret))
      return this.stream.fail({ condition: 'not-authorized', text: 'The handshake is not that of the component.' })
    this.#connected = true
    const earlier = this.#surroundings.router.connectComponent(this.#domain, this)
    if (earlier instanceof ComponentSession)
      earlier.stream.fail({ condition: 'conflict', text: 'The component has connected anew.' })
    this.#surroundings.onAuthenticated(this)
    this.stream.authenticated('go on')
    this.stream.negotiated()
    this.stream.sendElement(xmlElement('handshake', namespaces.component))
  }

  /** A component speaks for its own domain only, and says to whom. XEP-0114, RFC 6120 8.1.1, 8.1.2 */
  #addressProblem({ attributes: { from, to } }: XmlElement): StreamProblem | undefined {
    if (from === undefined || to === undefined)
      return { condition: 'improper-addressing', text: 'A stanza of a component has "from" and "to".' }
    if (parseJid(from)?.domain === this.#domain) return undefined
    return { condition: 'invalid-from', text: `This component speaks for ${this.#domain}.` }
  }
}

function isHandshakeOf(given: string, streamId: string, secret: string): boolean {
  const expected = createHash('sha1')
    .update(streamId + secret)
    .digest('hex')
  const digest = given.trim().toLowerCase()
  return digest.length === expected.length && timingSafeEqual(Buffer.from(digest), Buffer.from(expected))
}
