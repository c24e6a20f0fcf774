import { type Element, xml } from '../connection-request/xmpp/xmpp-component.ts'
import type { Milliseconds } from '../clock/clock.ts'
import { conditionOf, connectionRequestNamespace } from '../connection-request/xmpp/stanza.ts'
import { bodyOf } from '../timeline/body.ts'
import type { EntryOf, NewEntry } from '../timeline/entry.ts'
import { namespaces } from '../xmpp-server/xml/namespaces.ts'
import { writeXml } from '../xmpp-server/xml/write-xml.ts'
import { childElements, childNamed, type XmlElement } from '../xmpp-server/xml/xml-element.ts'
import { capturedLabel } from './device-requests.ts'
import type { Draft } from './draft.ts'

/** The Connection Requests of one XMPP stream and what the device answered. Annex K */
export interface CapturedXmppRequests {
  toDevice(stanza: XmlElement): void
  fromDevice(stanza: XmlElement): void
  /** Requests that have waited for so long are not answered any more. */
  advance(): void
  streamEnded(): void
}

/** As long as the harness waits. */
const answerWaitMs: Milliseconds = 10_000
const mostWaiting = 1000

interface Waiting {
  request: number
  id: string
  sent: EntryOf<'xmpp-cr-sent'>
  at: Milliseconds
  answers: number
}

export function createXmppRequests(options: {
  note: (entry: NewEntry, at?: Milliseconds) => Draft | undefined
  nextRequest: () => number
  now: () => Milliseconds
}): CapturedXmppRequests {
  const { note, nextRequest, now } = options
  const waiting = new Map<string, Waiting>()

  const unanswered = (
    { request, id, at, answers }: Waiting,
    reason: 'timeout' | 'stream-ended',
    over: Milliseconds,
  ) => {
    if (answers === 0) note({ type: 'xmpp-cr-unanswered', request, id, waitedMs: over - at, reason }, over)
  }

  return {
    toDevice(stanza) {
      if (childNamed(stanza, 'connectionRequest', connectionRequestNamespace) === undefined) return
      const { id = '', from = '', to = '', type } = stanza.attributes
      const form = formOf(stanza.name, type)
      if (form === undefined) return
      const request = nextRequest()
      const entry: NewEntry = {
        type: 'xmpp-cr-sent',
        ...{ request, label: capturedLabel, id, from, to, form, authorised: false, raw: rawOf(stanza) },
      }
      const draft = note(entry)
      const [oldest] = waiting.keys()
      if (waiting.size >= mostWaiting && oldest !== undefined) waiting.delete(oldest)
      const sent = draft?.entry as EntryOf<'xmpp-cr-sent'> | undefined
      if (sent !== undefined) waiting.set(id, { request, id, sent, at: now(), answers: 0 })
    },
    /** `authorised` rests on the answer: true where the device answered with a result. */
    fromDevice(stanza) {
      const { id = '', from, to, type } = stanza.attributes
      const asked = waiting.get(id)
      if (asked === undefined || (type !== 'result' && type !== 'error')) return
      asked.answers++
      if (type === 'result') asked.sent.authorised = true
      note({
        type: 'xmpp-cr-answered',
        ...{ request: asked.request, id, kind: type },
        ...(type === 'error' ? conditionOf(asReceived(stanza)) : {}),
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        content: childElements(stanza).map(({ name }) => name),
        answeredBy: 'device',
        ...{ nth: asked.answers, sentAt: asked.at, receivedAt: now(), raw: rawOf(stanza) },
      })
    },
    advance() {
      for (const each of waiting.values()) {
        if (now() - each.at < answerWaitMs) return
        unanswered(each, 'timeout', each.at + answerWaitMs)
        waiting.delete(each.id)
      }
    },
    streamEnded() {
      for (const each of waiting.values()) unanswered(each, 'stream-ended', now())
      waiting.clear()
    },
  }
}

function formOf(name: string, type: string | undefined): EntryOf<'xmpp-cr-sent'>['form'] | undefined {
  if (name === 'message') return 'message'
  if (name !== 'iq') return undefined
  return type === 'get' || type === 'set' || type === 'result' || type === 'error' ? `iq ${type}` : undefined
}

/** In the form in which the sender of Connection Requests reads answers. */
const asReceived = ({ name, namespace, attributes, children }: XmlElement): Element =>
  xml(
    name,
    { xmlns: namespace, ...attributes },
    ...children.map(child => (typeof child === 'string' ? child : asReceived(child))),
  )

const rawOf = (stanza: XmlElement) => bodyOf(Buffer.from(writeXml(stanza, namespaces.client)))
