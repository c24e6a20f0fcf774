import { namespaces } from './xml/namespaces.ts'
import { escapeText } from './xml/write-xml.ts'

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
export function writeStreamError({ condition, text }: StreamProblem): string {
  const sentence =
    text === undefined ? '' : `<text xmlns="${namespaces.streamErrors}" xml:lang="en">${escapeText(text)}</text>`
  return `<stream:error><${condition} xmlns="${namespaces.streamErrors}"/>${sentence}</stream:error>`
}
