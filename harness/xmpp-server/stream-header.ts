import { parseJid, prepareDomain } from './jid.ts'
import type { StreamProblem } from './stream-error.ts'
import type { OpenedRoot } from './xml/element-parser.ts'
import { type ContentNamespace, namespaces } from './xml/namespaces.ts'
import { escapeAttribute } from './xml/write-xml.ts'

/** What is wrong with a header apart from whom it is addressed to. RFC 6120 4.7, 4.8 */
export function headerProblem(header: OpenedRoot, content: ContentNamespace): StreamProblem | undefined {
  if (header.namespace !== namespaces.streams || header.name !== 'stream') return notAStream(header)
  const defaultNamespace = header.scope[''] ?? ''
  if (defaultNamespace === content) return undefined
  if (Object.values(header.scope).includes(content))
    return { condition: 'bad-namespace-prefix', text: `${content} is the default namespace of this stream.` }
  return { condition: 'invalid-namespace', text: `The default namespace of this stream is ${content}.` }
}

function notAStream(header: OpenedRoot): StreamProblem {
  const lacksPrefix = header.prefix === '' && Object.values(header.scope).includes(namespaces.streams)
  return lacksPrefix && header.name === 'stream'
    ? { condition: 'bad-namespace-prefix', text: 'The stream element lacks the prefix of its namespace.' }
    : { condition: 'invalid-namespace', text: `A stream begins with an element stream of ${namespaces.streams}.` }
}

/** Clients say to which domain and which version. RFC 6120 4.7.2, 4.7.5 */
export function clientHeaderProblem(header: OpenedRoot, domain: string): StreamProblem | undefined {
  const { to, version } = header.attributes
  if (to === undefined) return { condition: 'improper-addressing', text: 'The stream header has no "to".' }
  if (prepareDomain(to) !== domain) return { condition: 'host-unknown', text: `This server serves ${domain}.` }
  if (version === undefined || !/^0*[1-9][0-9]*\.[0-9]+$/.test(version))
    return { condition: 'unsupported-version', text: 'This server speaks version 1.0.' }
  return undefined
}

/** The server's stream header, which stays open. RFC 6120 4.7 */
export function writeHeader(options: {
  content: ContentNamespace
  from: string
  id: string
  /** The `from` of the peer's header. */
  to?: string | undefined
}): string {
  const { content, from, id, to } = options
  const addressee = to !== undefined && parseJid(to) !== undefined ? ` to="${escapeAttribute(to)}"` : ''
  const version = content === namespaces.client ? ' version="1.0" xml:lang="en"' : ''
  return `<?xml version="1.0"?><stream:stream xmlns="${content}" xmlns:stream="${namespaces.streams}" id="${id}" from="${escapeAttribute(from)}"${addressee}${version}>`
}

export const streamEnd = '</stream:stream>'
