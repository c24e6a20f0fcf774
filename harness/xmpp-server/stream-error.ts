import { namespaces } from './xml/namespaces.ts'
import { type XmlElement, xmlElement } from './xml/xml-element.ts'

/** The conditions of RFC 6120 4.9.3 that the server uses. */
export type StreamErrorCondition =
  | 'bad-namespace-prefix'
  | 'conflict'
  | 'connection-timeout'
  | 'host-unknown'
  | 'improper-addressing'
  | 'invalid-from'
  | 'invalid-namespace'
  | 'invalid-xml'
  | 'not-authorized'
  | 'not-well-formed'
  | 'policy-violation'
  | 'resource-constraint'
  | 'restricted-xml'
  | 'system-shutdown'
  | 'unsupported-encoding'
  | 'unsupported-stanza-type'
  | 'unsupported-version'

/** What is wrong with a stream, so that it must end. */
export interface StreamProblem {
  condition: StreamErrorCondition
  /** A sentence for people. */
  text?: string
}

/** `<stream:error>`; the prefix is the one that the server's stream header declares. RFC 6120 4.9.1.1 */
export function streamError({ condition, text }: StreamProblem): XmlElement {
  const children = [xmlElement(condition, namespaces.streamErrors)]
  if (text !== undefined)
    children.push(xmlElement('text', namespaces.streamErrors, { 'xml:lang': 'en' }, [writableText(text)]))
  return { ...xmlElement('error', namespaces.streams, {}, children), prefix: 'stream' }
}

/** The text may quote what the peer sent: characters that XML does not have are replaced. */
const writableText = (text: string) =>
  text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
