import type { Body, Endpoint } from './wire-data.ts'

/** Who a listener of the XMPP server is for. */
export type XmppListenerKind = 'clients' | 'clients-direct-tls' | 'components'

/** What stands on the timeline of the embedded XMPP server and its client streams. RFC 6120 */
export interface XmppStreamEntries {
  'xmpp-listening': { for: XmppListenerKind; listen: Endpoint; domain: string }
  'xmpp-connection-accepted': {
    connection: number
    for: XmppListenerKind
    from: Endpoint
    to: Endpoint
    /** `reset`: closed at once, as a server that is not there; `silent`: nothing is ever answered. */
    handling: 'served' | 'reset' | 'silent'
  }
  'xmpp-connection-closed': {
    connection: number
    by: 'peer' | 'server'
    error?: string
    bytesRead: number
    bytesWritten: number
  }
  'xmpp-tls-established': { connection: number; how: 'starttls' | 'direct'; protocol: string }
  'xmpp-tls-failed': { connection: number; reason: string }
  /** A stream header of the peer: the first one, or that of a restart. */
  'xmpp-stream-opened': {
    connection: number
    stream: string
    tls: boolean
    to?: string
    from?: string
    version?: string
    /** What was negotiated just before, when it is not the first header. */
    restartAfter?: 'tls' | 'sasl'
  }
  'xmpp-received': XmppTraffic
  'xmpp-sent': XmppTraffic & {
    /** Why this was sent when it is not the ordinary course. */
    because?: string
  }
  'xmpp-authenticated': {
    connection: number
    mechanism: string
    /** The account the peer claims; empty where it never said. */
    username: string
    ok: boolean
    /** The SASL error condition it got. */
    condition?: string
    tls: boolean
  }
  /** From here on stanzas to this JID reach the peer. */
  'xmpp-bound': {
    connection: number
    stream: string
    username: string
    /** The resource the peer proposed. */
    askedResource?: string
    jid: string
    tls: boolean
  }
  'xmpp-stream-error': { connection: number; stream?: string; by: 'peer' | 'server'; condition: string; text?: string }
  'xmpp-stream-ended': {
    connection: number
    stream: string
    /** The bound JID, where it came so far. */
    jid?: string
    /** `dropped`: the scenario cut the connection; `lost`: the peer's connection ended without `</stream:stream>`. */
    how: 'closed-by-peer' | 'closed-by-server' | 'dropped' | 'lost' | 'stream-error'
  }
}

/** One piece of a stream. Contents of SASL elements are left out. */
export interface XmppTraffic {
  connection: number
  stream?: string
  tls: boolean
  /** The bound JID of the stream, once there is one. */
  jid?: string
  what: 'header' | 'features' | 'nonza' | 'stanza' | 'whitespace' | 'end'
  /** Local name, namespace, id and type of the element, where it is one. */
  name?: string
  namespace?: string
  id?: string
  /** The attribute `type` of a stanza. */
  stanzaType?: string
  raw: Body
}

/** What stands on the timeline of XMPP Connection Requests and other stanzas from the ACS. Annex K */
export interface XmppConnectionRequestEntries {
  'xmpp-cr-sent': {
    request: number
    /** In the scenario's words, for example `wrong password`. */
    label: string
    id: string
    from: string
    to: string
    /** `iq get` is the right one. */
    form: 'iq get' | 'iq set' | 'iq result' | 'iq error' | 'message'
    /** Whether the device should accept it. */
    authorised: boolean
    raw: Body
  }
  'xmpp-cr-answered': {
    request: number
    id: string
    kind: 'result' | 'error'
    /** The defined condition of an error, by its local name; empty where it has none. RFC 6120 8.3.3 */
    condition?: string
    /** Whether the condition is in the namespace urn:ietf:params:xml:ns:xmpp-stanzas. */
    conditionDefined?: boolean
    errorType?: string
    from?: string
    to?: string
    /** Local names of the elements in it. */
    content: string[]
    /** `unknown` where an external server may have spoken for the device. */
    answeredBy: 'device' | 'server' | 'unknown'
    /** 1 for the first answer to this request. */
    nth: number
    sentAt: number
    /** When the answer arrived at the server (embedded) or at the ACS (external). */
    receivedAt: number
    raw: Body
  }
  'xmpp-cr-unanswered': {
    request: number
    id: string
    waitedMs: number
    reason: 'timeout' | 'stream-ended'
  }
  /** A stanza of the device to the ACS that answers no request: another kind of stanza, or an id nobody asked with. */
  'xmpp-stray-stanza': {
    name: string
    stanzaType?: string
    id?: string
    from?: string
    content: string[]
    raw: Body
  }
}
