import { connectionRequestEvent, type Session, sessions } from '../../harness/timeline/sessions.ts'
import type { Entry, ParameterValue } from '../../harness/timeline/entry.ts'
import { entriesOf, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { isAddressed, type ToldUrl, toldUrls } from './addressed.ts'
import { type Ask, asksIn, type HttpAsk, isHttp, mayBring } from './ask.ts'
import { firstIndexAfter } from './in-order.ts'
import { withOwnInstants } from './instants.ts'
import { quietWindow } from './limits.ts'

/** A session with event 6, and the Connection Requests since the one before that may have brought it. */
export interface Call {
  asks: Ask[]
  /** `undefined` where the capture ended before one came. */
  session: Session | undefined
  /** The session with event 6 before this one. */
  previous: Session | undefined
}

/** A capture between an ACS and a device, as far as one can know what was asked and what came of it. */
export interface Capture {
  timeline: Timeline
  beganAt: number
  endedAt: number
  /** Every Connection Request, accepted or not, in order. */
  asks: Ask[]
  /** Those by HTTP that go to the ConnectionRequestURL. */
  addressed: HttpAsk[]
  /** All sessions in the order of their attempts. */
  sessions: Session[]
  /** The ConnectionRequestURLs that the device told, in order. */
  urls: ToldUrl[]
  /** Those with event 6 with what may have brought each; the last without a session. */
  calls: Call[]
  /** What the capture says that it does not hold, although it was sent. */
  lacking: string | undefined
  /** Why a session may have been asked for in a way that the capture does not show; `undefined` where nothing says so. */
  hiddenRequests: string | undefined
  /** When attempts to open a session began, in order: connections to the ACS, and Informs on older ones. */
  attemptsAt: number[]
  /** When something went to the device that may bring a session, every copy of a datagram by itself, in order. */
  stimuliAt: number[]
}

/** Reads once what all recognisers need, in linear time. */
export function readCapture(written: readonly Entry[]): Capture {
  const entries = withOwnInstants(written)
  const timeline = timelineOf(entries)
  const asks = asksIn(timeline)
  const all = sessions(timeline).sort((a, b) => a.attemptAt - b.attemptAt)
  const urls = toldUrls(all)
  const stimuliAt = asks.filter(mayBring).flatMap(({ sentAt, udp }) => udp?.copies.map(({ at }) => at) ?? [sentAt])
  const attempts = [
    ...entriesOf(timeline, 'connection-accepted').map(({ at }) => at),
    ...all.map(each => each.attemptAt),
  ]
  const capture = {
    timeline,
    beganAt: entries[0]?.at ?? 0,
    endedAt: entries.at(-1)?.at ?? 0,
    asks,
    addressed: asks.filter(isHttp).filter(({ http }) => isAddressed({ urls }, http)),
    sessions: all,
    urls,
    calls: callsOf(all, asks),
    attemptsAt: attempts.sort((a, b) => a - b),
    stimuliAt: stimuliAt.sort((a, b) => a - b),
    lacking: lackOf(timeline),
  }
  return { ...capture, hiddenRequests: hiddenRequests(capture) }
}

/** Each request that may bring a session goes to the first session with event 6 that was attempted after it. */
function callsOf(all: readonly Session[], asks: readonly Ask[]): Call[] {
  const called = all.filter(({ events }) => events.includes(connectionRequestEvent))
  const waiting = asks.filter(mayBring)
  let next = 0
  const calls = called.map((session, index): Call => {
    const own: Ask[] = []
    for (let ask = waiting[next]; ask !== undefined && precedes(ask, session); ask = waiting[++next]) own.push(ask)
    return { asks: own, session, previous: called[index - 1] }
  })
  return [...calls, { asks: waiting.slice(next), session: undefined, previous: called.at(-1) }]
}

/** In the same instant the order of the entries tells: the Inform's is later than what brought it. */
const precedes = (ask: Ask, session: Session) =>
  ask.sentAt < session.attemptAt || (ask.sentAt === session.attemptAt && ask.seq < session.seq)

/**
 * A session with event 6 that nothing in the capture can have brought, not even a fault of the device, says that
 * Connection Requests reach it on a way that was not captured or could not be read. So does an identity for one.
 */
function hiddenRequests(capture: Omit<Capture, 'hiddenRequests'>): string | undefined {
  if (capture.lacking !== undefined) return capture.lacking
  const unexplained = capture.calls.find(
    call => call.session !== undefined && call.asks.length === 0 && !couldBeFaulty(capture, call, call.session),
  )
  if (unexplained?.session !== undefined)
    return `Session ${unexplained.session.id} has event 6 although the capture shows no Connection Request before it: others may be missing too.`
  return unreadableXmpp(capture)
}

/** Remarks that say nothing of messages in mid-capture that are missing in what was read. */
const harmless = /^Not judged:|^The file is damaged|came again or out of order/

const lackOf = (timeline: Timeline) =>
  entriesOf(timeline, 'capture-remark').find(({ text }) => !harmless.test(text))?.text

/** After several requests, after one that was not accepted, or after a failed session, a fault may have brought it. */
function couldBeFaulty(
  { asks, beganAt }: Omit<Capture, 'hiddenRequests'>,
  { previous }: Call,
  session: Session,
): boolean {
  const since = session.attemptAt - 2 * quietWindow.ms
  if (session.attemptAt - beganAt <= quietWindow.ms) return true
  if (previous !== undefined && (previous.ended?.at ?? previous.attemptAt) >= since) return true
  const last = asks[firstIndexAfter(asks, ({ sentAt }) => sentAt, session.attemptAt) - 1]
  return last !== undefined && last.sentAt >= since
}

/** The device has a JID for Connection Requests, or a stream, and no stanza to it can be read. */
function unreadableXmpp({ timeline, asks, sessions: all }: Omit<Capture, 'hiddenRequests'>): string | undefined {
  if (asks.some(({ transport }) => transport === 'xmpp')) return undefined
  const streams = entriesOf(timeline, 'xmpp-connection-accepted').length > 0
  const told = all.some(({ inform }) => inform.parameters.some(isJabberId))
  return streams || told
    ? 'The device can be asked by XMPP as well, of which the capture shows no Connection Request that can be read.'
    : undefined
}

const isJabberId = ({ name, value }: ParameterValue) =>
  name.endsWith('ManagementServer.ConnReqJabberID') && value !== ''
