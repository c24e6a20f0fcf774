import { namespaces } from './xml/namespaces.ts'
import { type XmlElement, isElement } from './xml/xml-element.ts'

/**
 * What carries credentials in SASL, in SASL2 (XEP-0388) and in the old authentication (XEP-0078). A client that gets
 * the namespace wrong sends its password all the same.
 */
const namesOfCredentials = new Set(['auth', 'response', 'authenticate', 'initial-response', 'password', 'digest'])
const saslWithoutCredentials = new Set(['failure', 'mechanisms', 'mechanism'])

/**
 * The element without the content of whatever in it holds credentials, or what a password can be guessed from.
 * @param sent `before authentication` elements count by their names in any namespace, `after` it those of SASL only
 * @returns the element itself where it holds none
 */
export function withoutCredentials(element: XmlElement, sent: 'before authentication' | 'after'): XmlElement {
  if (holdsCredentials(element, sent)) return emptied(element)
  const children = element.children.map(child => (isElement(child) ? withoutCredentials(child, sent) : child))
  return children.every((child, index) => child === element.children[index]) ? element : { ...element, children }
}

function holdsCredentials(element: XmlElement, sent: 'before authentication' | 'after'): boolean {
  const { name, namespace, attributes, children } = element
  if (children.length === 0 && Object.keys(attributes).length === 0) return false
  if (namespace === namespaces.sasl) return !saslWithoutCredentials.has(name)
  return sent === 'before authentication' && namesOfCredentials.has(name.toLowerCase())
}

function emptied(element: XmlElement): XmlElement {
  const { mechanism } = element.attributes
  return {
    ...element,
    attributes: mechanism === undefined ? {} : { mechanism },
    children: element.children.length === 0 ? [] : ['[left out]'],
  }
}
