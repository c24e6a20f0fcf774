import { type Jid, bareJid, fullJid, parseJid } from './jid.ts'
import { answerForServer } from './server-answers.ts'
import { type StanzaErrorCondition, mayBeAnswered, stanzaError } from './stanza-error.ts'
import type { XmlElement } from './xml/xml-element.ts'

/** Where stanzas can be delivered. */
export interface Destination {
  deliver(stanza: XmlElement): void
}

/** Finds for each stanza who gets it. RFC 6120 10, RFC 6121 8 */
export interface Router<Client extends Destination> {
  /** @returns the stream that had the JID until now */
  bind(jid: Jid, client: Client): Client | undefined
  /** Does nothing where another stream has taken the JID over. */
  unbind(jid: Jid, client: Client): void
  /** Bound streams, the oldest first. */
  clients(): Iterable<Client>
  /** @returns the stream that spoke for the domain until now */
  connectComponent(domain: string, component: Destination): Destination | undefined
  disconnectComponent(domain: string, component: Destination): void
  /** Delivers a stanza whose `from` is true. One without `to` is for the server. */
  route(stanza: XmlElement): void
}

/** @param isComponent whether a domain is that of a component, connected or not */
export function createRouter<Client extends Destination>(
  domain: string,
  isComponent: (domain: string) => boolean,
): Router<Client> {
  const byFullJid = new Map<string, Client>()
  const byBareJid = new Map<string, Client[]>()
  const components = new Map<string, Destination>()

  function route(stanza: XmlElement): void {
    const { to } = stanza.attributes
    const address = to === undefined ? undefined : parseJid(to)
    if (to !== undefined && address === undefined) return refuse(stanza, 'jid-malformed')
    const destination = address === undefined ? undefined : find(address, stanza)
    if (destination !== undefined) return destination.deliver(stanza)
    if (stanza.name === 'iq' && (address === undefined || isServed(address))) return answerIq(stanza, address)
    if (address === undefined) return routeToOwn(stanza)
    const isForeign = address.domain !== domain && !isComponent(address.domain)
    refuse(stanza, isForeign ? 'remote-server-not-found' : 'service-unavailable')
  }

  /** An iq to a bare JID is answered by the server, also where the account is connected. RFC 6121 8.5.2 */
  function find(address: Jid, { name }: XmlElement): Destination | undefined {
    if (address.domain !== domain) return components.get(address.domain)
    if (address.local === '') return undefined
    if (address.resource !== '') return byFullJid.get(fullJid(address))
    return name === 'message' ? byBareJid.get(bareJid(address))?.[0] : undefined
  }

  /** Addresses for which the server itself answers: its domain and bare JIDs. */
  const isServed = (address: Jid) => address.domain === domain && (address.local === '' || address.resource === '')

  function answerIq(stanza: XmlElement, address: Jid | undefined): void {
    if (!mayBeAnswered(stanza)) return
    const ofServer = address !== undefined && address.local === ''
    reply(answerForServer(stanza, ofServer ? 'server' : 'account'))
  }

  /** A message without `to` is for its own sender's account. RFC 6120 10.3.1 */
  function routeToOwn(stanza: XmlElement): void {
    const sender = parseJid(stanza.attributes['from'] ?? '')
    if (stanza.name === 'message' && sender !== undefined) byBareJid.get(bareJid(sender))?.[0]?.deliver(stanza)
  }

  function refuse(stanza: XmlElement, condition: StanzaErrorCondition): void {
    if (mayBeAnswered(stanza)) reply(stanzaError(stanza, condition))
  }

  /** Answers of the server itself go back to full JIDs or components, or nowhere. */
  function reply(answer: XmlElement): void {
    const address = parseJid(answer.attributes['to'] ?? '')
    if (address !== undefined) find(address, answer)?.deliver(answer)
  }

  return {
    bind(jid, client) {
      const full = fullJid(jid)
      const earlier = byFullJid.get(full)
      // Deleted first, so that the order is that of binding.
      byFullJid.delete(full)
      byFullJid.set(full, client)
      const resources = (byBareJid.get(bareJid(jid)) ?? []).filter(other => other !== earlier)
      byBareJid.set(bareJid(jid), [...resources, client])
      return earlier
    },
    unbind(jid, client) {
      if (byFullJid.get(fullJid(jid)) === client) byFullJid.delete(fullJid(jid))
      const resources = (byBareJid.get(bareJid(jid)) ?? []).filter(other => other !== client)
      if (resources.length > 0) byBareJid.set(bareJid(jid), resources)
      else byBareJid.delete(bareJid(jid))
    },
    clients: () => byFullJid.values(),
    connectComponent(name, component) {
      const earlier = components.get(name)
      components.set(name, component)
      return earlier
    },
    disconnectComponent(name, component) {
      if (components.get(name) === component) components.delete(name)
    },
    route,
  }
}
