import type { EntryOf, NewEntry } from '../timeline/entry.ts'
import type { XmppTraffic } from '../timeline/xmpp-entry.ts'
import { isStanza } from '../xmpp-server/stanza-error.ts'
import { ordinaryLimits } from '../xmpp-server/stream-limits.ts'
import { type StreamItem, StreamReader } from '../xmpp-server/stream-reader.ts'
import { recordReceived, recordSent } from '../xmpp-server/stream-record.ts'
import { namespaces } from '../xmpp-server/xml/namespaces.ts'
import { childElements, childNamed, textOf, type XmlElement } from '../xmpp-server/xml/xml-element.ts'
import type { CapturedConnection, Side } from './connection.ts'
import type { Drafts } from './draft.ts'
import type { Conversation } from './http-conversation.ts'
import { userNameIn } from './sasl-user-name.ts'
import { createXmppRequests } from './xmpp-requests.ts'

/**
 * Reads an XMPP stream in clear and writes it down as the XMPP server would have: all of it between a client, as a
 * device is one, and the server; between a component and the server the Connection Requests alone. RFC 6120
 */
export function createXmppConversation(
  connection: CapturedConnection,
  drafts: Drafts,
  nextRequest: () => number,
): Conversation {
  const readers: Record<Side, StreamReader> = { client: newReader(), server: newReader() }
  const { number } = connection
  let now = connection.begunAt
  let streams = 0
  let stream = ''
  let restartAfter: 'tls' | 'sasl' | undefined
  let jid: string | undefined
  let username = ''
  let mechanism = ''
  let askedResource: string | undefined
  let authenticated = false
  let tlsClaimed = false
  let isComponent = false
  let over = true
  let awaitsTls = false

  const note = (entry: NewEntry, at = now) => {
    const draft = drafts.make(entry, at)
    if (draft !== undefined) connection.xmppDrafts.push(draft)
    return draft
  }
  /** What the functions that the server itself uses need of a timeline. */
  const timeline = { add: (entry: NewEntry) => void note(entry) } as unknown as Parameters<typeof recordSent>[0]
  const requests = createXmppRequests({ note, nextRequest, now: () => now })

  const traffic = (from: Side, what: XmppTraffic['what'], raw: string, element?: XmlElement) => {
    if (isComponent) return
    const place = { connection: number, stream, tls: isSecure(), authenticated, ...(jid === undefined ? {} : { jid }) }
    if (from === 'client') recordReceived(timeline, place, what, raw, element)
    else recordSent(timeline, place, what, raw, element === undefined ? {} : { element })
  }
  const isSecure = () => connection.tls || tlsClaimed

  const opened = (item: Extract<StreamItem, { kind: 'header' }>) => {
    stream = `${number}-${++streams}`
    over = false
    const { to, from, version } = item.header.attributes
    isComponent = item.header.scope[''] === namespaces.component
    connection.ofComponent ||= isComponent
    traffic('client', 'header', item.raw)
    if (isComponent) return
    note({
      type: 'xmpp-stream-opened',
      ...{ connection: number, stream, tls: isSecure() },
      ...(to === undefined ? {} : { to }),
      ...(from === undefined ? {} : { from }),
      ...(version === undefined ? {} : { version }),
      ...(restartAfter === undefined ? {} : { restartAfter }),
    })
    restartAfter = undefined
  }

  const restart = (after: 'tls' | 'sasl') => {
    restartAfter = after
    for (const reader of Object.values(readers)) reader.restart()
  }

  const ended = (how: EntryOf<'xmpp-stream-ended'>['how']) => {
    if (over) return
    over = true
    requests.streamEnded()
    if (isComponent) return
    note({ type: 'xmpp-stream-ended', connection: number, stream, ...(jid === undefined ? {} : { jid }), how })
  }

  const ofClient = (element: XmlElement) => {
    if (element.name === 'auth' && element.namespace === namespaces.sasl) {
      mechanism = element.attributes['mechanism'] ?? ''
      username = userNameIn(mechanism, textOf(element))
    } else if (element.name === 'iq') {
      const bind = childNamed(element, 'bind', namespaces.bind)
      const resource = bind && childNamed(bind, 'resource', namespaces.bind)
      if (resource !== undefined) askedResource = textOf(resource)
      requests.fromDevice(element)
    }
  }

  const ofServer = (element: XmlElement) => {
    if (element.name === 'proceed' && element.namespace === namespaces.tls) {
      awaitsTls = true
      return restart('tls')
    }
    if (element.namespace === namespaces.sasl && (element.name === 'success' || element.name === 'failure')) {
      const ok = element.name === 'success'
      const condition = ok ? undefined : childElements(element).find(child => child.name !== 'text')?.name
      const what = { connection: number, mechanism, username, ok, tls: isSecure() }
      note({ type: 'xmpp-authenticated', ...what, ...(condition === undefined ? {} : { condition }) })
      authenticated ||= ok
      if (ok) {
        for (const reader of Object.values(readers)) reader.elementBytes = ordinaryLimits.stanzaBytes
        restart('sasl')
      }
      return
    }
    const bind = childNamed(element, 'bind', namespaces.bind)
    const bound = bind && childNamed(bind, 'jid', namespaces.bind)
    if (bound !== undefined && element.attributes['type'] === 'result') {
      jid = textOf(bound)
      const asked = askedResource === undefined ? {} : { askedResource }
      note({ type: 'xmpp-bound', connection: number, stream, username, ...asked, jid, tls: isSecure() })
    } else requests.toDevice(element)
  }

  const item = (from: Side, each: StreamItem) => {
    if (each.kind === 'problem') return
    if (each.kind === 'header') return from === 'client' ? opened(each) : traffic(from, 'header', each.raw)
    if (each.kind === 'whitespace') return traffic(from, 'whitespace', each.raw)
    if (each.kind === 'end') {
      traffic(from, 'end', each.raw)
      return ended(from === 'client' ? 'closed-by-peer' : 'closed-by-server')
    }
    const { element, raw } = each
    const what = isStanza(element) ? 'stanza' : element.name === 'features' ? 'features' : 'nonza'
    traffic(from, what, raw, element)
    if (element.name === 'error' && element.namespace === namespaces.streams) {
      const condition = childElements(element).find(child => child.name !== 'text')?.name ?? ''
      if (!isComponent)
        note({
          type: 'xmpp-stream-error',
          connection: number,
          stream,
          by: from === 'client' ? 'peer' : 'server',
          condition,
        })
      return ended('stream-error')
    }
    // On the component's stream the ACS is the client: what it says goes to the device.
    if ((from === 'client') === isComponent) ofServer(element)
    else ofClient(element)
  }

  return {
    bytes(from, bytes, at) {
      now = at
      requests.advance()
      if (awaitsTls && from === 'client') {
        awaitsTls = false
        if (bytes[0] === 0x16) {
          connection.spoken = 'tls'
          return
        }
        // Our own captures show what was inside.
        tlsClaimed = true
        note({ type: 'xmpp-tls-established', connection: number, how: 'starttls', protocol: 'not in the capture' })
      }
      const reader = readers[from]
      reader.push(bytes)
      for (let each = reader.next(); each !== undefined; each = reader.next()) item(from, each)
    },
    gap(from) {
      readers[from] = newReader()
    },
    ended: () => undefined,
    closed(_how, at) {
      now = at
      requests.advance()
      ended('lost')
    },
  }
}

const newReader = () => new StreamReader(ordinaryLimits, ordinaryLimits.stanzaBytes)
