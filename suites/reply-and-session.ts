import { authorisedRequests, type HttpRequest } from '../harness/timeline/http-requests.ts'
import { connectionRequestSessions, type Session } from '../harness/timeline/sessions.ts'
import { entriesOf, type Timeline } from '../harness/timeline/timeline.ts'

/** A Connection Request with the session that it brought, as far as there is one. */
export interface Exchange {
  request: HttpRequest
  /** The first session with event 6 after the request was written. */
  session: Session | undefined
}

/** The last authorised request with this label, and its session. */
export function exchangeLabelled(timeline: Timeline, label: string): Exchange | undefined {
  const request = authorisedRequests(timeline).findLast(candidate => candidate.label === label)
  if (!request?.sent) return undefined
  const writtenSeq = request.sent.seq
  return { request, session: connectionRequestSessions(timeline).find(session => session.seq > writtenSeq) }
}

/** From the last byte of the success reply to the attempt, in milliseconds; negative when the attempt came first. */
export function replyToSession({ request, session }: Exchange): number | undefined {
  return session && request.answer ? session.attemptAt - request.answer.lastByteAt : undefined
}

/** How far off a measured time can be: the way to the device and back, in milliseconds. */
export const uncertaintyOf = (timeline: Timeline, request: HttpRequest): number =>
  (request.answer?.connectMs ?? 0) + loopStall(timeline)

/** The longest delay of our own event loop in this stretch, in milliseconds. */
export const loopStall = (timeline: Timeline): number =>
  Math.max(0, ...entriesOf(timeline, 'loop-delay').map(entry => entry.maxMs))

/** Entries a finding about this exchange cites. */
export const evidenceOf = ({ request, session }: Exchange): number[] => [
  ...(request.sent ? [request.sent.seq] : []),
  request.seq,
  ...(session ? [session.seq] : []),
]
