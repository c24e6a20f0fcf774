import type { DeviceLogEntry } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import { authorisedRequests, isSuccess } from '../../harness/timeline/http-requests.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'

/** What a device said of its replies and session attempts. */
export interface DeviceWords {
  /** The wall-clock time of 0 on its clock, in milliseconds. */
  startedAt: number
  log: DeviceLogEntry[]
}

/** A success reply and the session attempt that followed it before any other reply. */
export interface ReplyAndAttempt {
  /** Wall-clock times in milliseconds. */
  repliedAt: number
  attemptAt: number
}

/** What the harness and the device say of the same moments is no further apart than this, in milliseconds. */
const sameMomentMs = 1000

/** As the harness measured them: the last byte of the reply, and the attempt by the session that came. */
export function measuredPairs(timeline: Timeline): ReplyAndAttempt[] {
  const [started] = entriesOf(timeline, 'run-started')
  if (!started) return []
  const startedAt = Date.parse(started.wallTime) - started.at
  return pairs([
    ...authorisedRequests(timeline)
      .filter(isSuccess)
      .flatMap(({ answer }) => (answer ? [{ at: startedAt + answer.lastByteAt, isReply: true }] : [])),
    ...connectionRequestSessions(timeline).map(({ attemptAt }) => ({ at: startedAt + attemptAt, isReply: false })),
  ])
}

/** As the device knows them of itself. */
export const loggedPairs = ({ startedAt, log }: DeviceWords): ReplyAndAttempt[] =>
  pairs(
    log.flatMap((entry): Moment[] => {
      const at = startedAt + entry.at
      if (entry.event === 'session-attempt') return [{ at, isReply: false }]
      return entry.event === 'connection-request-replied' && entry.status < 300 ? [{ at, isReply: true }] : []
    }),
  )

interface Moment {
  /** Wall-clock time in milliseconds. */
  at: number
  isReply: boolean
}

function pairs(moments: readonly Moment[]): ReplyAndAttempt[] {
  const found: ReplyAndAttempt[] = []
  let repliedAt: number | undefined
  for (const { at, isReply } of moments.toSorted((a, b) => a.at - b.at)) {
    if (!isReply && repliedAt !== undefined) found.push({ repliedAt, attemptAt: at })
    repliedAt = isReply ? at : undefined
  }
  return found
}

/**
 * How far the harness and the device are apart over the time from reply to attempt, for each pair of which both speak,
 * in milliseconds; and how many pairs of the harness the device does not know (attempts that the ACS refused come
 * again: then only the later one was measured).
 */
export function timingErrors(
  measured: readonly ReplyAndAttempt[],
  logged: readonly ReplyAndAttempt[],
): { errors: number[]; unmatched: number } {
  const yetToMatch = [...logged]
  const errors = measured.flatMap(pair => {
    const distance = (other: ReplyAndAttempt) =>
      Math.max(Math.abs(other.repliedAt - pair.repliedAt), Math.abs(other.attemptAt - pair.attemptAt))
    const nearest = yetToMatch.toSorted((a, b) => distance(a) - distance(b))[0]
    if (!nearest || distance(nearest) > sameMomentMs) return []
    yetToMatch.splice(yetToMatch.indexOf(nearest), 1)
    return [Math.abs(pair.attemptAt - pair.repliedAt - (nearest.attemptAt - nearest.repliedAt))]
  })
  return { errors, unmatched: measured.length - errors.length }
}
