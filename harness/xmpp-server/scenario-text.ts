import type { XmppTraffic } from '../timeline/xmpp-entry.ts'
import { isStanza } from './stanza-error.ts'
import { ordinaryLimits } from './stream-limits.ts'
import { createElementParser } from './xml/element-parser.ts'
import { namespaces } from './xml/namespaces.ts'
import type { XmlElement } from './xml/xml-element.ts'

/** What a text is that a scenario sends to a client, as far as it can be told: it may be anything. */
export function classifyText(text: string): { what: XmppTraffic['what']; element?: XmlElement } {
  if (/^[ \t\r\n]+$/.test(text)) return { what: 'whitespace' }
  if (/^<\/stream:stream\s*>$/.test(text.trim())) return { what: 'end' }
  const parse = createElementParser({ '': namespaces.client, stream: namespaces.streams }, ordinaryLimits)
  const read = parse(text.trim())
  if (read === undefined || 'condition' in read || !('children' in read)) return { what: 'nonza' }
  return { what: isStanza(read) ? 'stanza' : 'nonza', element: read }
}
