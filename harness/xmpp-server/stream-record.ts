import { bodyOf } from '../timeline/body.ts'
import type { Body } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { XmppTraffic } from '../timeline/xmpp-entry.ts'
import { withoutCredentials } from './credentials.ts'
import { namespaces } from './xml/namespaces.ts'
import { writeXml } from './xml/write-xml.ts'
import type { XmlElement } from './xml/xml-element.ts'

/** A stream as far as its entries on the timeline name it. */
export interface RecordedStream {
  connection: number
  /** The stream id; empty before the first header. */
  stream: string
  tls: boolean
  jid?: string
  /** Whether the peer has authenticated. */
  authenticated: boolean
}

/** White space longer than this is cut, in characters: what it is stays clear, and a flood of it takes no room. */
const keptWhitespace = 64

type Timeline = Pick<TimelineRecorder, 'add'>
type What = XmppTraffic['what']

export function recordReceived(
  timeline: Timeline,
  from: RecordedStream,
  what: What,
  raw: string,
  element?: XmlElement,
) {
  timeline.add({
    type: 'xmpp-received',
    ...placeOf(from),
    what,
    ...identityOf(element),
    raw: rawBody(from, what, raw, element),
  })
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
    raw: rawBody(to, what, raw, element),
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

function rawBody({ authenticated }: RecordedStream, what: What, raw: string, element: XmlElement | undefined): Body {
  const bytes = Buffer.from(raw)
  if (what === 'whitespace' && bytes.length > keptWhitespace)
    return { ...bodyOf(bytes.subarray(0, keptWhitespace)), length: bytes.length, cut: bytes.length - keptWhitespace }
  const clean = element && withoutCredentials(element, authenticated ? 'after' : 'before authentication')
  if (clean === undefined || clean === element) return bodyOf(bytes)
  return { ...bodyOf(Buffer.from(writeXml(clean, namespaces.client))), length: bytes.length }
}
