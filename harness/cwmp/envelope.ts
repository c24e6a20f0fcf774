import type { Element } from '@xmldom/xmldom'
import type { SyntaxProblem } from '../timeline/entry.ts'
import { childNamed, elementsIn, localNameOf, textOf } from './dom.ts'
import { MalformedEnvelope } from './malformed-envelope.ts'
import { cwmpNamespaces, isCwmpNamespace, namespaces, oldestCwmpNamespace } from './namespaces.ts'
import { longestEnvelope, readXml } from './read-xml.ts'
import { readSoapTree } from './soap-tree.ts'

/** A SOAP envelope of a device. */
export interface Envelope {
  /** The CWMP namespace it uses. */
  cwmp: string
  /** The ID header, which an answer repeats. */
  id?: string
  /** Local name of the body's child: `Inform`, `GetParameterValuesResponse`, `Fault` ... */
  method: string
  message: Element
  problems: SyntaxProblem[]
}

/**
 * Reads a device's envelope, with any prefixes and any CWMP namespace (TR-069 3.5). What is out of the ordinary is read
 * strictly, and so is what the quick reading does not like: the strict one has the last word on what is well-formed.
 * @throws MalformedEnvelope when it is not well-formed, not SOAP 1.1, or has an empty body
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const root = bytes.length <= longestEnvelope ? readSoapTree(bytes) : undefined
  return root === undefined ? readStrictly(bytes) : envelopeIn(root)
}

/**
 * The same by a whole document object model, and many times as slow.
 * @throws MalformedEnvelope
 */
export const readStrictly = (bytes: Uint8Array): Envelope => envelopeIn(readXml(bytes).documentElement)

/** @throws MalformedEnvelope when it is not SOAP 1.1, or has an empty body */
export function envelopeIn(root: Element | null): Envelope {
  if (root === null || root.localName !== 'Envelope' || root.namespaceURI !== namespaces.soapEnvelope)
    throw new MalformedEnvelope(`The message is not a SOAP 1.1 envelope but ${root?.nodeName ?? 'nothing'}.`)

  const inEnvelope = (name: string) =>
    elementsIn(root).find(child => child.localName === name && child.namespaceURI === namespaces.soapEnvelope)
  const body = inEnvelope('Body')
  if (body === undefined) throw new MalformedEnvelope('The envelope has no Body.')
  const [message, ...more] = elementsIn(body)
  if (message === undefined) throw new MalformedEnvelope('The Body of the envelope is empty.')

  const header = inEnvelope('Header')
  const id = textOf(childNamed(header, 'ID'))
  return {
    cwmp: cwmpNamespaceOf(message, header),
    ...(id === undefined ? {} : { id }),
    method: localNameOf(message),
    message,
    problems: [
      ...headerProblems(header),
      ...messageProblems(message),
      ...(more.length === 0 ? [] : [problem('several-messages', `The Body has ${more.length + 1} children.`)]),
    ],
  }
}

/** The namespace of the message, else of whatever else in the envelope has one (a SOAP fault, for example). */
function cwmpNamespaceOf(message: Element, header: Element | undefined): string {
  const candidates = [message, ...descendantsOf(message), ...(header ? elementsIn(header) : [])]
  return candidates.find(element => isCwmpNamespace(element.namespaceURI))?.namespaceURI ?? oldestCwmpNamespace
}

/** The few levels in which a SOAP fault hides its CWMP fault. */
function descendantsOf(message: Element): Element[] {
  if (message.localName !== 'Fault') return []
  return elementsIn(message).flatMap(child => elementsIn(child))
}

function headerProblems(header: Element | undefined): SyntaxProblem[] {
  const problems: SyntaxProblem[] = []
  if (childNamed(header, 'HoldRequests'))
    problems.push(problem('hold-requests-from-device', 'The device sent a HoldRequests header, which only an ACS may.'))
  const id = childNamed(header, 'ID')
  if (id && id.getAttributeNS(namespaces.soapEnvelope, 'mustUnderstand') !== '1')
    problems.push(problem('id-without-must-understand', 'The ID header lacks mustUnderstand="1".'))
  return problems
}

function messageProblems(message: Element): SyntaxProblem[] {
  const namespace = message.namespaceURI
  if (message.localName === 'Fault' && namespace === namespaces.soapEnvelope) return []
  if (namespace !== null && cwmpNamespaces.includes(namespace)) return []
  return [
    problem(
      'unknown-cwmp-namespace',
      `${localNameOf(message)} is in the namespace "${namespace ?? ''}", not in a CWMP one.`,
    ),
  ]
}

const problem = (code: string, text: string): SyntaxProblem => ({ code, text })
