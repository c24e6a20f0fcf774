import { randomBytes } from 'node:crypto'
import type { Clock } from '../clock/clock.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { XmppStreamEntries, XmppTraffic } from '../timeline/xmpp-entry.ts'
import type { Connection, ConnectionUser } from './connection.ts'
import { isStanza } from './stanza-error.ts'
import { sumPerSecond } from './per-second.ts'
import { type StreamProblem, streamError } from './stream-error.ts'
import { headerProblem, streamEnd, writeHeader } from './stream-header.ts'
import type { StreamLimits } from './stream-limits.ts'
import { type StreamItem, StreamReader } from './stream-reader.ts'
import { type RecordedStream, recordReceived, recordSent } from './stream-record.ts'
import type { OpenedRoot } from './xml/element-parser.ts'
import { type ContentNamespace, namespaces } from './xml/namespaces.ts'
import { writeXml } from './xml/write-xml.ts'
import { type XmlElement, childElements, textOf } from './xml/xml-element.ts'

/** What is particular to the streams of clients or of components. */
export interface StreamRole {
  readonly content: ContentNamespace
  /** Whether its traffic is put on the timeline. */
  readonly recorded: boolean
  /** The domain in whose name the server answers this header. */
  domainFor(header: OpenedRoot): string
  headerProblem(header: OpenedRoot): StreamProblem | undefined
  /** The headers were exchanged. */
  opened(header: OpenedRoot): void
  element(element: XmlElement): void
  /** The stream is over; its connection may linger. */
  ended(): void
}

/** What a stream needs of its server. */
export interface StreamSurroundings {
  clock: Clock
  timeline: Pick<TimelineRecorder, 'add'>
  domain: string
  limits: StreamLimits
}

type Ending = XmppStreamEntries['xmpp-stream-ended']['how']

/** A stream of XML over a connection, from the first header to the end, restarts included. RFC 6120 4 */
export class XmppStream implements ConnectionUser {
  readonly connection: Connection
  /** The bound JID. */
  jid: string | undefined
  /** The stream id; empty before the first header. */
  id = ''
  /** Nothing more is sent, and nothing but the peer's own end is of interest. */
  over = false
  readonly #surroundings: StreamSurroundings
  readonly #role: StreamRole
  #reader: StreamReader
  #headerSent = false
  #awaitsEnd = false
  #restartAfter: 'tls' | 'sasl' | undefined
  #authenticated = false
  readonly #itemsThisSecond: (amount: number) => number
  readonly #bytesThisSecond: (amount: number) => number

  constructor(connection: Connection, surroundings: StreamSurroundings, roleOf: (stream: XmppStream) => StreamRole) {
    this.connection = connection
    this.#surroundings = surroundings
    this.#role = roleOf(this)
    this.#reader = new StreamReader(surroundings.limits, surroundings.limits.unauthenticatedBytes)
    this.#itemsThisSecond = sumPerSecond(surroundings.clock)
    this.#bytesThisSecond = sumPerSecond(surroundings.clock)
    connection.user = this
    connection.limitTime(surroundings.limits.negotiationMs, () =>
      this.fail({ condition: 'connection-timeout', text: 'The negotiation took too long.' }),
    )
  }

  /** The peer has authenticated: it may send longer elements, and begins its stream anew where `restart` says so. */
  authenticated(next: 'restart' | 'go on'): void {
    this.#authenticated = true
    this.#reader.elementBytes = this.#surroundings.limits.stanzaBytes
    if (next === 'restart') this.#restart('sasl')
  }

  /** Nothing is left to negotiate. */
  negotiated(): void {
    this.connection.unlimitTime()
  }

  /** @returns false where the peer has sent more than it may before the handshake */
  startTls(proceed: XmlElement, refuse: XmlElement): boolean {
    if (this.#reader.hasUnread) {
      this.sendElement(refuse)
      this.close('closed-by-server')
      return false
    }
    this.sendElement(proceed)
    this.#reader = new StreamReader(this.#surroundings.limits, this.#surroundings.limits.unauthenticatedBytes)
    this.#restart('tls')
    this.connection.startTls('starttls')
    return true
  }

  sendElement(element: XmlElement): void {
    const what = isStanza(element) ? 'stanza' : element.name === 'features' ? 'features' : 'nonza'
    this.send(what, writeXml(element, this.#role.content), { element })
  }

  /** Sends text as it is. */
  send(what: XmppTraffic['what'], raw: string, details: { element?: XmlElement; because?: string } = {}): void {
    if (this.over) return
    if (this.#role.recorded) recordSent(this.#surroundings.timeline, this.#recorded, what, raw, details)
    this.connection.write(raw)
  }

  /** Ends the stream with an error. RFC 6120 4.9 */
  fail(problem: StreamProblem): void {
    if (this.over) return
    if (!this.#canSpeak()) {
      this.#recordError('server', problem)
      this.#end('stream-error')
      return this.connection.destroy()
    }
    if (!this.#headerSent) this.#sendHeader(this.#surroundings.domain, undefined)
    this.sendElement(streamError(problem))
    this.#recordError('server', problem)
    this.close('stream-error')
  }

  /** `</stream:stream>`, then the connection. RFC 6120 4.4 */
  close(how: Ending): void {
    if (this.over) return
    if (this.#canSpeak() && this.id !== '') this.send('end', streamEnd)
    this.#end(how)
    this.connection.end()
  }

  /** The connection is cut by the caller. */
  cut(how: Ending): void {
    if (!this.over) this.#end(how)
  }

  received(bytes: Buffer): void {
    const reader = this.#reader
    if (this.over && !this.#awaitsEnd) return
    if (this.#bytesThisSecond(bytes.length) > this.#surroundings.limits.bytesPerSecond)
      return this.fail({ condition: 'policy-violation', text: 'Too many bytes in one second.' })
    reader.push(bytes)
    for (let item = reader.next(); item !== undefined; item = reader.next()) {
      if (this.over) this.#afterEnd(item)
      else this.#handle(item)
      // What comes after STARTTLS is read by the TLS socket, and anew.
      if (reader !== this.#reader) return
    }
  }

  overflowed(): void {
    if (this.over) return this.connection.destroy()
    this.#recordError('server', { condition: 'policy-violation', text: 'The peer does not read what it is sent.' })
    this.#end('stream-error')
    this.connection.destroy()
  }

  closed(): void {
    if (!this.over) this.#end('lost')
  }

  #handle(item: StreamItem): void {
    if (item.kind === 'problem') return this.fail(item.problem)
    if (this.#itemsThisSecond(1) > this.#surroundings.limits.elementsPerSecond)
      return this.fail({ condition: 'policy-violation', text: 'Too many elements in one second.' })
    if (item.kind === 'header') return this.#open(item.header, item.raw)
    if (item.kind === 'whitespace') return this.#recordReceived('whitespace', item.raw)
    if (item.kind === 'end') {
      this.#recordReceived('end', item.raw)
      return this.close('closed-by-peer')
    }
    this.#recordReceived(isStanza(item.element) ? 'stanza' : 'nonza', item.raw, item.element)
    if (item.element.name === 'error' && item.element.namespace === namespaces.streams)
      return this.#peerFailed(item.element)
    this.#role.element(item.element)
  }

  #afterEnd(item: StreamItem): void {
    if (item.kind === 'end') this.#recordReceived('end', item.raw)
  }

  #open(header: OpenedRoot, raw: string): void {
    this.id = randomBytes(8).toString('hex')
    this.#recordReceived('header', raw)
    const { to, from, version } = header.attributes
    this.#surroundings.timeline.add({
      type: 'xmpp-stream-opened',
      connection: this.connection.number,
      stream: this.id,
      tls: this.connection.tls,
      ...(to === undefined ? {} : { to }),
      ...(from === undefined ? {} : { from }),
      ...(version === undefined ? {} : { version }),
      ...(this.#restartAfter === undefined ? {} : { restartAfter: this.#restartAfter }),
    })
    this.#restartAfter = undefined
    const problem = headerProblem(header, this.#role.content) ?? this.#role.headerProblem(header)
    this.#sendHeader(this.#role.domainFor(header), from)
    if (problem === undefined) this.#role.opened(header)
    else this.fail(problem)
  }

  #sendHeader(domain: string, to: string | undefined): void {
    if (this.id === '') this.id = randomBytes(8).toString('hex')
    this.#headerSent = true
    this.send('header', writeHeader({ content: this.#role.content, from: domain, id: this.id, to }))
  }

  #restart(after: 'tls' | 'sasl'): void {
    this.#restartAfter = after
    this.#headerSent = false
    this.#reader.restart()
  }

  #peerFailed(error: XmlElement): void {
    const condition = childElements(error).find(child => child.name !== 'text')?.name ?? ''
    const text = childElements(error).find(child => child.name === 'text')
    this.#recordError('peer', { condition, ...(text === undefined ? {} : { text: textOf(text) }) })
    this.close('stream-error')
  }

  /** Whether an error could reach the peer: not while a handshake is under way. */
  #canSpeak(): boolean {
    const awaitsHandshake = this.#restartAfter === 'tls' || this.connection.kind === 'clients-direct-tls'
    return this.connection.tls || !awaitsHandshake
  }

  #end(how: Ending): void {
    this.over = true
    this.#awaitsEnd = how === 'closed-by-server'
    this.connection.unlimitTime()
    if (this.#role.recorded && this.id !== '')
      this.#surroundings.timeline.add({
        type: 'xmpp-stream-ended',
        connection: this.connection.number,
        stream: this.id,
        ...(this.jid === undefined ? {} : { jid: this.jid }),
        how,
      })
    this.#role.ended()
  }

  #recordReceived(what: XmppTraffic['what'], raw: string, element?: XmlElement): void {
    if (this.#role.recorded) recordReceived(this.#surroundings.timeline, this.#recorded, what, raw, element)
  }

  #recordError(by: 'peer' | 'server', { condition, text }: { condition: string; text?: string }): void {
    if (!this.#role.recorded) return
    this.#surroundings.timeline.add({
      type: 'xmpp-stream-error',
      connection: this.connection.number,
      ...(this.id === '' ? {} : { stream: this.id }),
      by,
      condition,
      ...(text === undefined ? {} : { text }),
    })
  }

  get #recorded(): RecordedStream {
    return {
      connection: this.connection.number,
      stream: this.id,
      tls: this.connection.tls,
      authenticated: this.#authenticated,
      ...(this.jid === undefined ? {} : { jid: this.jid }),
    }
  }
}
