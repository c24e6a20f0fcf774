import { type Document, DOMImplementation, type Element, XMLSerializer } from '@xmldom/xmldom'
import { namespaces } from './namespaces.ts'

/** One element to build: an unqualified name, unless it begins with `cwmp:` or `soap:`. */
export interface Node {
  name: string
  /** By qualified name, with the prefixes soap, soapenc, xsd, xsi and cwmp. */
  attributes?: Record<string, string>
  content?: string | Node[]
}

export interface EnvelopeParts {
  /** The CWMP namespace: the one the device uses. */
  cwmp: string
  /** Header ID: of an answer, that of the request. */
  id?: string | undefined
  /** Sent only when given. */
  holdRequests?: boolean | undefined
  body: Node
}

/**
 * Writes an envelope as devices in the field can read it: without an XML declaration, without white space
 * between elements, all prefixes declared at the root.
 */
export function buildEnvelope({ cwmp, id, holdRequests, body }: EnvelopeParts): string {
  const prefixes: Record<string, string> = {
    soap: namespaces.soapEnvelope,
    soapenc: namespaces.soapEncoding,
    xsd: namespaces.schema,
    xsi: namespaces.schemaInstance,
    cwmp,
  }
  const document = new DOMImplementation().createDocument(namespaces.soapEnvelope, 'soap:Envelope')
  const root = document.documentElement as Element
  for (const [prefix, uri] of Object.entries(prefixes)) root.setAttributeNS(namespaces.xmlns, `xmlns:${prefix}`, uri)

  const header = [
    headerField('ID', id),
    headerField('HoldRequests', holdRequests && '1', holdRequests === false && '0'),
  ]
  const present = header.filter(field => field !== undefined)
  if (present.length > 0) append(root, { name: 'soap:Header', content: present })
  append(root, { name: 'soap:Body', content: [body] })
  return new XMLSerializer().serializeToString(document)

  function append(parent: Element, node: Node): void {
    const element = create(document, node.name, prefixes)
    for (const [name, value] of Object.entries(node.attributes ?? {}))
      element.setAttributeNS(namespaceOf(name, prefixes), name, value)
    if (typeof node.content === 'string') element.appendChild(document.createTextNode(node.content))
    else for (const child of node.content ?? []) append(element, child)
    parent.appendChild(element)
  }
}

function headerField(name: string, ...values: (string | false | undefined)[]): Node | undefined {
  const content = values.find(value => typeof value === 'string')
  return content ? { name: `cwmp:${name}`, attributes: { 'soap:mustUnderstand': '1' }, content } : undefined
}

const create = (document: Document, name: string, prefixes: Record<string, string>): Element =>
  document.createElementNS(namespaceOf(name, prefixes), name)

function namespaceOf(name: string, prefixes: Record<string, string>): string | null {
  const [prefix, local] = name.split(':')
  return local === undefined || prefix === undefined ? null : (prefixes[prefix] ?? null)
}

/** An element with text. */
export const leaf = (name: string, content: string | number): Node => ({ name, content: String(content) })

/** A SOAP-encoded array; `itemType` is its item's type with prefix, for example `cwmp:ParameterValueStruct`. */
export const soapArray = (name: string, itemType: string, items: Node[]): Node => ({
  name,
  attributes: { 'soapenc:arrayType': `${itemType}[${items.length}]` },
  content: items,
})
