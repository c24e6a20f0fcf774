import { bodyOf } from '../timeline/body.ts'
import type { Body } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { XmppTraffic } from '../timeline/xmpp-entry.ts'
import { namespaces } from './xml/namespaces.ts'
import { escapeAttribute } from './xml/write-xml.ts'
import type { XmlElement } from './xml/xml-element.ts'

/** A stream as far as its entries on the timeline name it. */
export interface RecordedStream {
  connection: number
  /** The stream id; empty before the first header. */
  stream: string
  tls: boolean
  jid?: string
}

type Timeline = Pick<TimelineRecorder, 'add'>
type What = XmppTraffic['what']

export function recordReceived(
  timeline: Timeline,
  from: RecordedStream,
  what: What,
  raw: string,
  element?: XmlElement,
) {
  timeline.add({ type: 'xmpp-received', ...placeOf(from), what, ...identityOf(element), raw: rawBody(raw, element) })
}

export function recordSent(
  timeline: Timeline,
  to: RecordedStream,
  what: What,
  raw: string,
  details: { element?: XmlElement; because?: string } = {},
) {
  const { element, because } = details
  timeline.add({
    type: 'xmpp-sent',
    ...placeOf(to),
    what,
    ...identityOf(element),
    raw: rawBody(raw, element),
    ...(because === undefined ? {} : { because }),
  })
}

function placeOf({ connection, stream, tls, jid }: RecordedStream) {
  return { connection, ...(stream === '' ? {} : { stream }), tls, ...(jid === undefined ? {} : { jid }) }
}

function identityOf(element: XmlElement | undefined) {
  if (element === undefined) return {}
  const { id, type } = element.attributes
  return {
    name: element.name,
    namespace: element.namespace,
    ...(id === undefined ? {} : { id }),
    ...(type === undefined ? {} : { stanzaType: type }),
  }
}

/** SASL elements hold credentials, or what a password can be guessed from: their content is left out. */
function rawBody(raw: string, element: XmlElement | undefined): Body {
  const bytes = Buffer.from(raw)
  if (element === undefined || element.namespace !== namespaces.sasl || element.name === 'failure') return bodyOf(bytes)
  const { mechanism } = element.attributes
  const attribute = mechanism === undefined ? '' : ` mechanism="${escapeAttribute(mechanism)}"`
  const start = `<${element.name} xmlns="${namespaces.sasl}"${attribute}`
  const text = element.children.length === 0 ? `${start}/>` : `${start}>[left out]</${element.name}>`
  return { text, length: bytes.length }
}
