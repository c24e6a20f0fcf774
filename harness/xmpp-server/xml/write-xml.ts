import { type ContentNamespace, isContentNamespace } from './namespaces.ts'
import type { XmlElement } from './xml-element.ts'

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

const escaped = (character: string) => escapes[character] ?? character

/** White space is escaped too: a reader would turn it into spaces. XML 1.0, 3.3.3 */
export const escapeAttribute = (value: string): string => value.replace(/[&<>"'\t\n\r]/g, escaped)

/** A carriage return is escaped too: a reader would turn it into a line feed. XML 1.0, 2.11 */
export const escapeText = (text: string): string => text.replace(/[&<>\r]/g, escaped)

/**
 * An element as text, without any white space of ours. What is in the content namespace of another kind of stream
 * comes out in that of this one, undeclared, because the stream header declares it.
 */
export function writeXml(element: XmlElement, content: ContentNamespace): string {
  return write(element, content, content)
}

function write(element: XmlElement, content: ContentNamespace, inherited: string): string {
  const namespace = isContentNamespace(element.namespace) ? content : element.namespace
  const unprefixed = element.prefix === ''
  const name = unprefixed ? element.name : `${element.prefix}:${element.name}`
  const declared = unprefixed ? namespace : inherited
  let text = `<${name}`
  if (declared !== inherited) text += ` xmlns="${escapeAttribute(declared)}"`
  for (const prefix in element.prefixes) text += ` xmlns:${prefix}="${escapeAttribute(element.prefixes[prefix] ?? '')}"`
  for (const attribute in element.attributes)
    text += ` ${attribute}="${escapeAttribute(element.attributes[attribute] ?? '')}"`
  if (element.children.length === 0) return `${text}/>`
  text += '>'
  for (const child of element.children)
    text += typeof child === 'string' ? escapeText(child) : write(child, content, declared)
  return `${text}</${name}>`
}
