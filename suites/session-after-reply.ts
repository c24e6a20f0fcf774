import { formatDuration } from '../harness/device/duration.ts'
import { standard } from '../harness/limits.ts'
import {
  connectionRequestEvent,
  connectionRequestSessions,
  nameOf,
  type Session,
  sessions,
} from '../harness/timeline/sessions.ts'
import { entriesOf, type Timeline } from '../harness/timeline/timeline.ts'
import { entriesOfRequest, type UdpRequest } from '../harness/timeline/udp-requests.ts'
import type { XmppRequest } from '../harness/timeline/xmpp-requests.ts'
import type { MetricJudge } from '../harness/verdict/metric.ts'
import { type Exchange, evidenceOf, loopStall, uncertaintyOf } from './reply-and-session.ts'

/** A success reply, whatever carried it, with the session that it brought; over UDP the request itself. */
export interface Replied {
  /** What the time runs from: where there is no reply, from the request. */
  from: 'reply' | 'request'
  /** The entry with which the request was written; 0 where it never was. */
  sentSeq: number
  /** When the last byte of the reply came, or the request went out; `undefined` where none came. */
  repliedAt: number | undefined
  /** How far off a time between reply and session can be, in milliseconds. */
  uncertaintyMs: number
  session: Session | undefined
  evidence: number[]
}

export const repliedByHttp = (timeline: Timeline, exchange: Exchange): Replied => ({
  from: 'reply',
  sentSeq: exchange.request.sent?.seq ?? 0,
  repliedAt: exchange.request.answer?.lastByteAt,
  uncertaintyMs: uncertaintyOf(timeline, exchange.request),
  session: exchange.session,
  evidence: evidenceOf(exchange),
})

/** The same over XMPP: the first session with event 6 after the stanza was written. */
export function repliedByXmpp(timeline: Timeline, request: XmppRequest): Replied {
  const { sent, answer } = request
  const session = connectionRequestSessions(timeline).find(({ seq }) => seq > sent.seq)
  return {
    from: 'reply',
    sentSeq: sent.seq,
    repliedAt: answer?.receivedAt,
    // The way through the server and back cannot be longer than the answer took.
    uncertaintyMs: (answer ? answer.receivedAt - answer.sentAt : 0) + loopStall(timeline),
    session,
    evidence: [sent.seq, ...(request.seq === sent.seq ? [] : [request.seq]), ...(session ? [session.seq] : [])],
  }
}

/** Over UDP there is no reply: the time runs from the first copy, and any of the copies may be the one that arrived. */
export function repliedByUdp(timeline: Timeline, request: UdpRequest): Replied {
  const { first, last } = request
  const session = connectionRequestSessions(timeline).find(({ seq }) => seq > first.seq)
  return {
    from: 'request',
    sentSeq: first.seq,
    repliedAt: first.at,
    uncertaintyMs: last.at - first.at + loopStall(timeline),
    session,
    evidence: [...entriesOfRequest(request), ...(session ? [session.seq] : [])],
  }
}

/** CR-GEN-04: the attempt to open a session comes within 30 s of the success reply. */
export function judgeDelay(timeline: Timeline, replied: Replied, metric: MetricJudge): void {
  const { from, repliedAt, evidence, uncertaintyMs: uncertainty } = replied
  const limit = standard.sessionAfterReply
  const expected = [`an attempt to open a session within 30 s of the ${from === 'reply' ? 'success reply' : from}`]
  const attempt = attemptAfter(timeline, replied)
  if (attempt === undefined || repliedAt === undefined) {
    const waited = (timeline.entries.at(-1)?.at ?? 0) - (repliedAt ?? 0)
    return metric.fail({
      expected,
      actual: `no attempt in the ${formatDuration(waited)} that were waited`,
      evidence,
      limit,
    })
  }
  const measured = Math.max(0, attempt - repliedAt)
  const actual = `attempted ${formatDuration(measured)} after the ${from}`
  const finding = { expected, actual, evidence, limit, measured, uncertainty }
  const margin = Math.abs(measured - limit.ms)
  if (margin < loopStall(timeline))
    metric.error('Our own event loop stalled for longer than the margin to the limit.', finding)
  else if (margin < uncertainty)
    metric.inconclusive('The measured time is closer to the limit than it can be measured.', finding)
  else metric.check(measured <= limit.ms, finding)
}

/** When the device first tried to open a session, in milliseconds; `undefined` where it did not. */
export const attemptAfter = (timeline: Timeline, { session, repliedAt }: Replied): number | undefined =>
  session?.attemptAt ?? otherAttemptAfter(timeline, repliedAt)

/** An attempt is one also without event 6, on a connection used before, or when no Inform came on it. */
function otherAttemptAfter(timeline: Timeline, repliedAt: number | undefined): number | undefined {
  if (repliedAt === undefined) return undefined
  const attempts = [
    ...entriesOf(timeline, 'connection-accepted').map(({ at }) => at),
    ...sessions(timeline).map(({ attemptAt }) => attemptAt),
  ]
  return attempts.filter(at => at >= repliedAt).sort((a, b) => a - b)[0]
}

/** CR-GEN-05: the Inform of that session lists "6 CONNECTION REQUEST" with an empty CommandKey. */
export function judgeEvents(timeline: Timeline, { session, evidence, sentSeq }: Replied, metric: MetricJudge): void {
  const expected = ['an Inform that lists "6 CONNECTION REQUEST" with an empty CommandKey, among any other events']
  if (session) {
    const struct = session.inform.events.find(({ eventCode }) => eventCode === connectionRequestEvent)
    return metric.check(struct?.commandKey === '', {
      expected,
      actual:
        struct?.commandKey === '' ? nameOf(session) : `${nameOf(session)} with CommandKey "${struct?.commandKey}"`,
      evidence,
    })
  }
  const others = sessions(timeline).filter(other => other.seq > sentSeq)
  if (others.length === 0) return metric.inconclusive('No session came whose events could be read.', { evidence })
  metric.fail({
    expected,
    actual: `only ${others.map(nameOf).join(', ')}`,
    evidence: [...evidence, ...others.map(({ seq }) => seq)],
  })
}
