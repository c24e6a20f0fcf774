import type { Element } from '@xmldom/xmldom'
import { namespaces } from './namespaces.ts'

/** The child elements, in order. */
export function elementsIn(parent: Element): Element[] {
  const found: Element[] = []
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    if (node.nodeType === node.ELEMENT_NODE) found.push(node as Element)
  }
  return found
}

/** An element's name without its prefix. */
export const localNameOf = (element: Element): string => element.localName ?? element.nodeName

/** The first child element of that local name, whatever its namespace. */
export function childNamed(parent: Element | undefined, localName: string): Element | undefined {
  return parent && elementsIn(parent).find(element => localNameOf(element) === localName)
}

/** The text of an element, `undefined` when the element is not there. */
export const textOf = (element: Element | undefined): string | undefined =>
  element === undefined ? undefined : (element.textContent ?? '')

/** The text of a child, without the white space around it. */
export const tokenOf = (parent: Element | undefined, localName: string): string | undefined =>
  textOf(childNamed(parent, localName))?.trim()

/** The xsi:type as written, without its prefix. */
export function typeOf(element: Element): string | undefined {
  const type = element.getAttributeNS(namespaces.schemaInstance, 'type')
  return type ? type.trim().replace(/^[^:]*:/, '') : undefined
}
