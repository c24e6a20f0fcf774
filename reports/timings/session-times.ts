import type { Entry } from '../../harness/timeline/entry.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { timelineOf } from '../../harness/timeline/timeline.ts'
import { type SuccessReply, successReplies } from './success-replies.ts'
import type { TimedTransport, Timing } from './timings.ts'

/**
 * From each success reply to the attempt to open the session that it brought: the first one with event 6 after the
 * request. A reply brought none when the session was under way before the request, or when its window or the wait
 * for it was over before. `patienceMs`: after so long, a session behind a later reply belongs to that one.
 */
export function sessionTimes(
  entries: readonly Entry[],
  patienceMs: number,
): (Timing & { transport: TimedTransport })[] {
  const replies = successReplies(entries)
  const sessions = connectionRequestSessions(timelineOf(entries))
  const ends = entries.filter(endsWaiting).map(({ seq }) => seq)
  let nextSession = 0
  return replies.flatMap((reply, index) => {
    while (sessions[nextSession] && sessions[nextSession]!.seq < reply.sentSeq) nextSession++
    const session = sessions[nextSession]
    if (session === undefined || session.attemptAt < reply.sentAt) return []
    if (isBetween(ends, reply.sentSeq, session.seq)) return []
    if (session.attemptAt - reply.from > patienceMs && asksBefore(replies[index + 1], session.seq)) return []
    const { transport, scenario, from, uncertaintyMs } = reply
    const ms = Math.max(0, session.attemptAt - from)
    const what = `session ${session.id}`
    return [{ transport, seq: session.seq, ms, uncertaintyMs, what, ...(scenario === undefined ? {} : { scenario }) }]
  })
}

const asksBefore = (reply: SuccessReply | undefined, seq: number) => reply !== undefined && reply.sentSeq < seq

/** Where nobody waits for a session any more. */
const endsWaiting = (entry: Entry) =>
  entry.type === 'scenario-begun' ||
  (entry.type === 'watch-ended' && entry.how === 'over' && entry.for.includes('session')) ||
  (entry.type === 'wait-timed-out' && entry.what.includes('session'))

/** Whether one of the ascending numbers lies between the two. */
function isBetween(numbers: readonly number[], from: number, to: number): boolean {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (numbers[middle]! <= from) low = middle + 1
    else high = middle
  }
  const next = numbers[low]
  return next !== undefined && next < to
}
