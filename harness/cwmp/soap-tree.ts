import type { Element } from '@xmldom/xmldom'
import { SaxesParser, type SaxesTagNS } from 'saxes'

/** Deepest nesting that is read here. */
const deepest = 64
const elementNode = 1

/**
 * Reads an XML document into elements with what the readers of CWMP ask of them and nothing more: many times as fast as
 * a whole document object model.
 * @returns the root, `undefined` where the document needs, or does not pass, the strict reading
 */
export function readSoapTree(bytes: Uint8Array): Element | undefined {
  const text = textIn(bytes)
  if (!isOrdinary(text)) return undefined
  let root: SoapElement | undefined
  let open: SoapElement | undefined
  let depth = 0
  const parser = new SaxesParser({ xmlns: true, position: false, fragment: false })
  parser.on('opentag', tag => {
    if (++depth > deepest || declaresOddNamespace(tag)) throw new LeftToStrict()
    const element = new SoapElement(tag, open)
    open?.append(element)
    root ??= element
    open = element
  })
  parser.on('closetag', () => {
    depth--
    open = open?.parentNode
  })
  const addText = (part: string) => open?.addText(part)
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('doctype', () => {
    throw new LeftToStrict()
  })
  try {
    parser.write(text).close()
  } catch {
    return undefined
  }
  return root as unknown as Element | undefined
}

/** Without a byte order mark. */
const textIn = ({ buffer, byteOffset, length }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, length)
    .toString('utf8')
    .replace(/^\ufeff/, '')

class LeftToStrict extends Error {}

/** The strict reading refuses namespaces that are no URIs. */
function declaresOddNamespace({ ns }: SaxesTagNS): boolean {
  for (const prefix in ns) if (!/^[A-Za-z][\w+.-]*:[\w:/.#-]+$/.test(ns[prefix] ?? '')) return true
  return false
}

const declaration =
  /^<\?xml\s+version=(?:"1\.0"|'1\.0')(?:\s+encoding=(?:"utf-8"|'utf-8'))?(?:\s+standalone=(?:"yes"|"no"))?\s*\?>/i

/** saxes would read it as if the white space were not there. */
const spacedNamespace = /xmlns(?::[\w.-]{1,40})?\s*=\s*(?:"[^"\s]*\s[^"]*"|'[^'\s]*\s[^']*')/

/** What CWMP has no use for is left to the strict reading: other encodings, document types, instructions, comments. */
function isOrdinary(text: string): boolean {
  if (spacedNamespace.test(text)) return false
  const begin = declaration.exec(text)?.[0].length ?? 0
  return (
    !text.includes('<?', begin) && !text.includes('<!--') && !text.includes('<!DOCTYPE') && !text.includes('\ufffd')
  )
}

/** The part of `Element` that harness/cwmp uses. */
class SoapElement {
  readonly ELEMENT_NODE = elementNode
  readonly nodeType = elementNode
  readonly localName: string
  readonly nodeName: string
  readonly namespaceURI: string | null
  readonly parentNode: SoapElement | undefined
  firstChild: SoapElement | null = null
  nextSibling: SoapElement | null = null
  readonly #attributes: SaxesTagNS['attributes']
  #lastChild: SoapElement | undefined
  /** Texts and elements in their order; a single text, as most elements have, by itself. */
  #content: string | (string | SoapElement)[] = ''

  constructor({ local, name, uri, attributes }: SaxesTagNS, parent: SoapElement | undefined) {
    this.localName = local
    this.nodeName = name
    this.namespaceURI = uri === '' ? null : uri
    this.#attributes = attributes
    this.parentNode = parent
  }

  get textContent(): string {
    if (typeof this.#content === 'string') return this.#content
    return this.#content.map(part => (typeof part === 'string' ? part : part.textContent)).join('')
  }

  getAttributeNS(namespace: string, localName: string): string | null {
    for (const name in this.#attributes) {
      const attribute = this.#attributes[name]
      if (attribute?.local === localName && attribute.uri === namespace) return attribute.value
    }
    return null
  }

  append(child: SoapElement): void {
    if (this.#lastChild === undefined) this.firstChild = child
    else this.#lastChild.nextSibling = child
    this.#lastChild = child
    if (typeof this.#content === 'string') this.#content = [this.#content, child]
    else this.#content.push(child)
  }

  addText(part: string): void {
    if (typeof this.#content === 'string') this.#content += part
    else this.#content.push(part)
  }
}
