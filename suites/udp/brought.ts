import { connectionRequestSessions, type Session } from '../../harness/timeline/sessions.ts'
import { type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { type UdpRequest, udpRequests } from '../../harness/timeline/udp-requests.ts'

/** A request, repeated or not, and the session that it brought. */
export interface Brought {
  /** All attempts with that label, at least one. */
  attempts: UdpRequest[]
  last: UdpRequest
  /** The first session with event 6 before a request with another label. */
  session: Session | undefined
  evidence: number[]
  /** From the first attempt to the next request with another label. */
  stretch: Timeline
}

/** What requests with that label brought; `undefined` where none was sent. */
export function broughtBy(timeline: Timeline, label: string): Brought | undefined {
  const all = udpRequests(timeline)
  const attempts = all.filter(request => request.label === label)
  const [first] = attempts
  const last = attempts.at(-1)
  if (first === undefined || last === undefined) return undefined
  const until = all.find(({ seq, label: other }) => seq > first.seq && other !== label)?.seq ?? Number.POSITIVE_INFINITY
  const stretch = timelineOf(timeline.entries.filter(({ seq }) => seq >= first.seq && seq < until))
  const [session] = connectionRequestSessions(stretch)
  const evidence = [...attempts.map(({ seq }) => seq), ...(session ? [session.seq] : [])]
  return { attempts, last, session, evidence, stretch }
}
