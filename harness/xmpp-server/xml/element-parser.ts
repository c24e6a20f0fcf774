import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { StreamProblem } from '../stream-error.ts'
import { isContentNamespace } from './namespaces.ts'
import type { XmlElement } from './xml-element.ts'

export interface ElementLimits {
  /** Deepest nesting. */
  depth: number
  /** Attributes of one element. */
  attributes: number
}

/** The start tag of a stream. */
export interface OpenedRoot {
  /** As written, with its prefix. */
  tag: string
  name: string
  prefix: string
  namespace: string
  attributes: Record<string, string>
  /** Prefixes declared here, the default namespace under the empty prefix. */
  scope: Record<string, string>
  selfClosing: boolean
}

type Parser = SaxesParser<{ xmlns: true; fragment: boolean }>

/**
 * Reads the start tag of a stream, with what may stand before it.
 * @returns a function that takes the text in pieces and says when the tag is complete
 */
export function createRootParser(limits: ElementLimits): (piece: string) => OpenedRoot | StreamProblem | undefined {
  const parser = new SaxesParser({ xmlns: true, fragment: false, forceXMLVersion: true, defaultXMLVersion: '1.0' })
  let opened: OpenedRoot | undefined
  const problem = restrict(parser, limits)
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8')
      problem.found ??= { condition: 'unsupported-encoding', text: 'A stream is encoded in UTF-8.' }
  })
  parser.on('opentag', tag => {
    opened = {
      tag: tag.name,
      name: tag.local,
      prefix: tag.prefix,
      namespace: tag.uri,
      attributes: plainAttributes(tag),
      scope: declaredBy(tag),
      selfClosing: tag.isSelfClosing,
    }
  })
  return piece => write(parser, piece) ?? problem.found ?? opened
}

/**
 * Reads one element of a stream.
 * @param scope the namespaces that the stream header declares
 * @returns a function that takes the text in pieces and says when the element is complete
 */
export function createElementParser(
  scope: Record<string, string>,
  limits: ElementLimits,
): (piece: string) => XmlElement | StreamProblem | undefined {
  const parser = new SaxesParser({ xmlns: true, fragment: true, additionalNamespaces: scope, position: false })
  const open: XmlElement[] = []
  let root: XmlElement | undefined
  let complete: XmlElement | undefined
  const problem = restrict(parser, limits)
  const addText = (text: string) => void open.at(-1)?.children.push(text)

  parser.on('opentag', tag => {
    const element = elementOf(tag)
    root ??= element
    inherit(root, tag, scope)
    open.at(-1)?.children.push(element)
    open.push(element)
    if (open.length > limits.depth)
      problem.found ??= { condition: 'policy-violation', text: `Elements are nested deeper than ${limits.depth}.` }
  })
  parser.on('closetag', () => {
    const closed = open.pop()
    if (open.length === 0) complete = closed
  })
  parser.on('text', addText)
  parser.on('cdata', addText)
  return piece => write(parser, piece) ?? problem.found ?? complete
}

export const isProblem = (read: OpenedRoot | XmlElement | StreamProblem): read is StreamProblem => 'condition' in read

/** What RFC 6120 11.1 forbids, and what would cost too much. */
function restrict(parser: Parser, limits: ElementLimits): { found?: StreamProblem } {
  const problem: { found?: StreamProblem } = {}
  let attributes = 0
  const restricted = (what: string) => () => {
    problem.found ??= { condition: 'restricted-xml', text: `A stream has no ${what} (RFC 6120 11.1).` }
  }
  parser.on('comment', restricted('comments'))
  parser.on('processinginstruction', restricted('processing instructions'))
  parser.on('doctype', restricted('document type declaration'))
  parser.on('opentagstart', () => {
    attributes = 0
  })
  parser.on('attribute', () => {
    if (++attributes > limits.attributes)
      problem.found ??= {
        condition: 'policy-violation',
        text: `An element has more than ${limits.attributes} attributes.`,
      }
  })
  return problem
}

/** Feeds the parser, which throws where the text is not well-formed; what it then says cannot be relied on. */
function write(parser: Parser, piece: string): StreamProblem | undefined {
  try {
    parser.write(piece)
    return undefined
  } catch (error) {
    const text = (error as Error).message
    return { condition: /doctype|undefined entity/.test(text) ? 'restricted-xml' : 'not-well-formed', text }
  }
}

/** Elements of the content namespace lose their prefix: it is the default namespace of every stream we write. */
function elementOf(tag: SaxesTagNS): XmlElement {
  const prefixes = declaredBy(tag)
  delete prefixes['']
  return {
    name: tag.local,
    namespace: tag.uri,
    prefix: isContentNamespace(tag.uri) ? '' : tag.prefix,
    attributes: plainAttributes(tag),
    prefixes,
    children: [],
  }
}

/** Prefixes that the stream header declares are declared on the element itself, which leaves the stream. */
function inherit(root: XmlElement, tag: SaxesTagNS, scope: Record<string, string>): void {
  const declare = (prefix: string, namespace: string) => {
    if (prefix !== '' && scope[prefix] === namespace) root.prefixes[prefix] ??= namespace
  }
  if (!isContentNamespace(tag.uri)) declare(tag.prefix, tag.uri)
  for (const name in tag.attributes) declare(tag.attributes[name]?.prefix ?? '', tag.attributes[name]?.uri ?? '')
}

function declaredBy(tag: SaxesTagNS): Record<string, string> {
  return Object.assign(emptyRecord(), tag.ns)
}

/** Without a prototype: names that a peer chooses are its keys. */
const emptyRecord = () => Object.create(null) as Record<string, string>

function plainAttributes(tag: SaxesTagNS): Record<string, string> {
  const attributes = emptyRecord()
  for (const name in tag.attributes) {
    const attribute = tag.attributes[name]
    if (attribute !== undefined && name !== 'xmlns' && attribute.prefix !== 'xmlns') attributes[name] = attribute.value
  }
  return attributes
}
