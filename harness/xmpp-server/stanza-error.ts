import { isContentNamespace, namespaces } from './xml/namespaces.ts'
import { type XmlElement, xmlElement } from './xml/xml-element.ts'

/** The conditions of RFC 6120 8.3.3 that the server uses, with the type that goes with each. */
const types = {
  'bad-request': 'modify',
  'jid-malformed': 'modify',
  'not-allowed': 'cancel',
  'not-authorized': 'auth',
  'remote-server-not-found': 'cancel',
  'service-unavailable': 'cancel',
} as const

export type StanzaErrorCondition = keyof typeof types

export const isStanza = (element: XmlElement): boolean =>
  isContentNamespace(element.namespace) &&
  (element.name === 'iq' || element.name === 'message' || element.name === 'presence')

/** Whether an error may answer it: never another error or a result (RFC 6120 8.3.1), and presence is let be. */
export function mayBeAnswered({ name, attributes: { type } }: XmlElement): boolean {
  return name === 'iq' ? type !== 'result' && type !== 'error' : name === 'message' && type !== 'error'
}

/** The stanza that answers another with an error, addressed back. RFC 6120 8.3 */
export function stanzaError(stanza: XmlElement, condition: StanzaErrorCondition): XmlElement {
  const error = xmlElement('error', namespaces.client, { type: types[condition] }, [
    xmlElement(condition, namespaces.stanzaErrors),
  ])
  return answerTo(stanza, 'error', [error])
}

/** A stanza back to the sender of another, with its id. RFC 6120 8.1 */
export function answerTo(stanza: XmlElement, type: 'result' | 'error', children: XmlElement[] = []): XmlElement {
  const { id, from, to } = stanza.attributes
  return xmlElement(stanza.name, namespaces.client, { type, id, from: to, to: from }, children)
}
