import type { Milliseconds } from '../clock/clock.ts'
import { createRedactor } from '../timeline/redactor.ts'
import type { CapturedConnection } from './connection.ts'
import { createCapturedDatagrams, type CapturedDatagrams } from './datagrams.ts'
import { createMessageReader } from './cwmp-message.ts'
import { createDrafts, type Drafts } from './draft.ts'
import { createHeaderStore } from './header-store.ts'
import { createHttpConversation } from './http-conversation.ts'
import { createBodyBudget, createHttpListener } from './http-traffic.ts'
import type { CaptureTime, Packet } from './packet.ts'
import { type CapturedSessions, createCapturedSessions } from './sessions.ts'
import { createTcpTraffic, type TcpTraffic } from './tcp-traffic.ts'
import { createXmppConversation } from './xmpp-conversation.ts'

/** So much of a capture is kept. Together it takes less than 500 MB. */
export interface CaptureBounds {
  entries: number
  bodyBytes: number
  connections: number
  datagrams: number
}

export const ordinaryBounds: CaptureBounds = {
  entries: 300_000,
  bodyBytes: 96 * 1024 * 1024,
  connections: 100_000,
  datagrams: 100_000,
}

/** What a capture holds, as far as it has been read. */
export interface CaptureReader {
  packet(packet: Packet): void
  /** The capture ends. */
  end(): void
  /** Of the first packet. */
  readonly startedAt: CaptureTime | undefined
  readonly lastAt: Milliseconds
  readonly drafts: Drafts
  readonly sessions: CapturedSessions
  readonly tcp: TcpTraffic
  readonly datagrams: CapturedDatagrams
  /** Bodies of which only the length is kept. */
  readonly bodiesLeftOut: number
  /** Datagrams of which only a part was captured. */
  readonly clipped: number
}

/** Takes the packets of a capture one after another and makes drafts of entries of them. */
export function createCaptureReader(bounds: CaptureBounds = ordinaryBounds): CaptureReader {
  const redactor = createRedactor()
  const drafts = createDrafts(bounds.entries, redactor)
  const sessions = createCapturedSessions(drafts)
  const keep = createHeaderStore(redactor)
  const datagrams = createCapturedDatagrams(drafts.nextOrder, bounds.datagrams)
  const bodies = createBodyBudget(bounds.bodyBytes)
  const read = createMessageReader()
  let exchanges = 0
  let xmppRequests = 0
  let startedAt: CaptureTime | undefined
  let lastAt = 0
  let clipped = 0

  const conversation = (connection: CapturedConnection) => {
    if (connection.spoken === 'xmpp') return createXmppConversation(connection, drafts, () => ++xmppRequests)
    if (connection.spoken !== 'http') return undefined
    const nextExchange = () => ++exchanges
    return createHttpConversation(
      createHttpListener(connection, { drafts, sessions, bodies, read, keep, nextExchange }),
    )
  }

  const tcp = createTcpTraffic({
    listener: {
      conversation,
      closed(connection, by, at) {
        sessions.closed(connection, by, at)
        // What a device said to its ACS stands in entries already.
        if (connection.device !== undefined) connection.exchanges = []
      },
    },
    most: bounds.connections,
    nextOrder: drafts.nextOrder,
  })

  return {
    packet(packet) {
      startedAt ??= packet.time
      // Packets of several interfaces may stand a little out of order.
      const at = Math.max(0, since(startedAt, packet.time))
      lastAt = Math.max(lastAt, at)
      sessions.advance(lastAt)
      if (packet.tcp !== undefined) tcp.packet(packet, packet.tcp, at)
      else if (packet.returned) datagrams.returned(packet, at)
      else if (packet.datagram !== undefined) {
        const { bytes, length } = packet.datagram
        if (bytes.length < length) clipped++
        datagrams.datagram(packet, bytes, length, at)
      }
    },
    end() {
      tcp.end(lastAt)
      sessions.end(lastAt)
    },
    get startedAt() {
      return startedAt
    },
    get lastAt() {
      return lastAt
    },
    drafts,
    sessions,
    tcp,
    datagrams,
    get bodiesLeftOut() {
      return bodies.leftOut
    },
    get clipped() {
      return clipped
    },
  }
}

/** Milliseconds from one time to another, without the loss that counting from 1970 would bring. */
const since = (from: CaptureTime, to: CaptureTime): Milliseconds =>
  (to.seconds - from.seconds) * 1000 + (to.nanoseconds - from.nanoseconds) / 1e6
