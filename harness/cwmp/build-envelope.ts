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

const fixedNamespaces =
  `xmlns:soap="${namespaces.soapEnvelope}" xmlns:soapenc="${namespaces.soapEncoding}" ` +
  `xmlns:xsd="${namespaces.schema}" xmlns:xsi="${namespaces.schemaInstance}"`

/**
 * Writes an envelope as devices in the field can read it: without an XML declaration, without white space
 * between elements, all prefixes declared at the root.
 */
export function buildEnvelope({ cwmp, id, holdRequests, body }: EnvelopeParts): string {
  const header =
    headerField('ID', id) +
    headerField('HoldRequests', holdRequests === undefined ? undefined : holdRequests ? '1' : '0')
  const headers = header === '' ? '' : `<soap:Header>${header}</soap:Header>`
  return `<soap:Envelope ${fixedNamespaces} xmlns:cwmp="${escapeAttribute(cwmp)}">${headers}<soap:Body>${written(body)}</soap:Body></soap:Envelope>`
}

const headerField = (name: string, content: string | undefined) =>
  content ? written({ name: `cwmp:${name}`, attributes: { 'soap:mustUnderstand': '1' }, content }) : ''

function written({ name, attributes, content = [] }: Node): string {
  let begin = name
  for (const attribute in attributes) begin += ` ${attribute}="${escapeAttribute(attributes[attribute] ?? '')}"`
  const inside = typeof content === 'string' ? escapeText(content) : content.map(written).join('')
  return content.length === 0 && typeof content !== 'string' ? `<${begin}/>` : `<${begin}>${inside}</${name}>`
}

const escapeText = (text: string) =>
  /[&<>\r]/.test(text)
    ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;')
    : text

const escapeAttribute = (text: string) =>
  escapeText(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;')

/** An element with text. */
export const leaf = (name: string, content: string | number): Node => ({ name, content: String(content) })

/** A SOAP-encoded array; `itemType` is its item's type with prefix, for example `cwmp:ParameterValueStruct`. */
export const soapArray = (name: string, itemType: string, items: Node[]): Node => ({
  name,
  attributes: { 'soapenc:arrayType': `${itemType}[${items.length}]` },
  content: items,
})
