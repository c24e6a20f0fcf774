import type { EntryOf, InformContent } from './entry.ts'
import { entriesOf, type Timeline } from './timeline.ts'

/** The EventCode of a session that a Connection Request caused. TR-069 3.7.1.5 */
export const connectionRequestEvent = '6 CONNECTION REQUEST'

/** A session of the device under test with the ACS, from the attempt to its end, as far as the timeline knows it. */
export interface Session {
  id: number
  /** Number of the `session-opened` entry: what a finding cites. */
  seq: number
  /** When the device began to establish it, in milliseconds. */
  attemptAt: number
  attemptBasis: 'connection' | 'inform-first-byte'
  connection: number
  inform: InformContent
  events: string[]
  retryCount: number | undefined
  /** When the InformResponse went out; `undefined` when it never did. */
  answeredAt: number | undefined
  ended: EntryOf<'session-ended'> | undefined
}

/** All sessions of the device under test that were opened in this stretch, in order. */
export function sessions(timeline: Timeline): Session[] {
  const answered = new Map(entriesOf(timeline, 'inform-answered').map(entry => [entry.session, entry]))
  const ended = new Map(entriesOf(timeline, 'session-ended').map(entry => [entry.session, entry]))
  return entriesOf(timeline, 'session-opened')
    .filter(opened => opened.ofDeviceUnderTest)
    .map(opened => ({
      id: opened.session,
      seq: opened.seq,
      attemptAt: opened.attemptAt,
      attemptBasis: opened.attemptBasis,
      connection: opened.connection,
      inform: opened.inform,
      events: opened.inform.events.map(event => event.eventCode),
      retryCount: readCount(opened.inform.retryCount),
      answeredAt: answered.get(opened.session)?.at,
      ended: ended.get(opened.session),
    }))
}

/** Sessions whose Inform lists "6 CONNECTION REQUEST": the only ones that count as caused by a Connection Request. */
export function connectionRequestSessions(timeline: Timeline): Session[] {
  return sessions(timeline).filter(session => session.events.includes(connectionRequestEvent))
}

/** "session 4 (6 CONNECTION REQUEST, 4 VALUE CHANGE)" */
export const nameOf = (session: Session) => `session ${session.id} (${session.events.join(', ') || 'no event'})`

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined
}
