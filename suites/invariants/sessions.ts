import { standard } from '../../harness/limits.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { refusedRequests } from '../../harness/timeline/refused-requests.ts'
import { type Session, sessions } from '../../harness/timeline/sessions.ts'
import { decoyConnected } from '../../harness/acs/decoy.ts'
import { entriesOf, strictlyBetween, type Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'

/** CW-SES-01: no Inform while another session is open, unless that one had been silent for 30 s. */
export function judgeOneAtATime(timeline: Timeline, metric: MetricJudge): void {
  const opened = entriesOf(timeline, 'session-opened')
  const expected = ['one session at a time', 'a new one after 30 s of silence in the old one']
  if (opened.length === 0) return metric.inconclusive('No session came.')
  const signs = lastSigns(timeline)
  for (const entry of opened) {
    const lastSign = signs.get(entry.seq)
    if (lastSign === undefined) continue
    if (entry.at - lastSign.at >= standard.sessionTimeout.ms) continue
    metric.fail({
      expected,
      actual: `session ${entry.session} was opened while session ${entry.insideSession} was open`,
      evidence: [lastSign.seq, entry.seq],
    })
  }
  metric.pass({ expected, actual: `${opened.length} sessions, one at a time`, evidence: [opened[0]?.seq ?? 0] })
}

/** By the entry of each Inform inside another session: the last sign of that one. */
function lastSigns({ entries }: Timeline): Map<number, { at: number; seq: number }> {
  const bySession = new Map<number, { at: number; seq: number }>()
  const found = new Map<number, { at: number; seq: number }>()
  for (const entry of entries) {
    if (entry.type === 'session-opened' && entry.insideSession !== undefined)
      found.set(entry.seq, bySession.get(entry.insideSession) ?? { at: 0, seq: 0 })
    // That the ACS closes the old session on account of the new one is no sign of the device.
    if ('session' in entry && entry.session !== undefined && entry.type !== 'session-ended')
      bySession.set(entry.session, entry)
  }
  return found
}

/** Requests on connections that carried a session: what else came from the same address need not be of the device. */
function requestsWithSessions(timeline: Timeline): EntryOf<'http-received'>[] {
  const carriers = new Set([
    ...entriesOf(timeline, 'session-opened').map(({ connection }) => connection),
    ...entriesOf(timeline, 'http-sent').flatMap(({ connection, session }) =>
      session === undefined ? [] : [connection],
    ),
  ])
  return entriesOf(timeline, 'http-received').filter(({ connection }) => carriers.has(connection))
}

/** CW-SES-06: no request before the answer to the one before. */
export function judgePipelining(timeline: Timeline, metric: MetricJudge): void {
  const requests = requestsWithSessions(timeline)
  const expected = ['each request after the answer to the one before']
  if (requests.length === 0) return metric.inconclusive('No request of the device came.')
  for (const { pipelined, seq } of requests)
    if (pipelined)
      metric.fail({ expected, actual: 'a request was sent before the one before it was answered', evidence: [seq] })
  metric.pass({ expected, actual: `so in ${requests.length} requests`, evidence: [requests[0]?.seq ?? 0] })
}

/** CW-SES-08: SOAPAction present and empty with an envelope; neither it nor Content-Type with an empty POST. */
export function judgeHeaders(timeline: Timeline, metric: MetricJudge): void {
  // Of what was refused the body was not read, or not wholly.
  const refused = new Set(refusedRequests(timeline).map(({ exchange }) => exchange))
  const posts = requestsWithSessions(timeline).filter(
    ({ method, exchange }) => method === 'POST' && !refused.has(exchange),
  )
  const expected = ['an empty SOAPAction with an envelope', 'neither SOAPAction nor Content-Type with an empty POST']
  if (posts.length === 0) return metric.inconclusive('No POST of the device came.')
  for (const post of posts) {
    for (const problem of headerProblems(post)) metric.fail({ expected, actual: problem, evidence: [post.seq] })
  }
  metric.pass({ expected, actual: `so in ${posts.length} POSTs`, evidence: [posts[0]?.seq ?? 0] })
}

function headerProblems({ headers, body }: EntryOf<'http-received'>): string[] {
  const valueOf = (name: string) => headers.find(([header]) => header.toLowerCase() === name)?.[1]
  const action = valueOf('soapaction')
  if (body.length > 0) {
    if (action === undefined) return ['an envelope without SOAPAction']
    return /^\s*("")?\s*$/.test(action) ? [] : [`SOAPAction: ${action}`]
  }
  return [
    ...(action === undefined ? [] : ['an empty POST with SOAPAction']),
    ...(valueOf('content-type') === undefined ? [] : ['an empty POST with Content-Type']),
  ]
}

/** Whether the device tried to open a session in between that came to nothing: then it rightly counts it. */
function triedInVain(timeline: Timeline, since: number, { seq, connection }: Session): boolean {
  return strictlyBetween(timeline, since, seq).entries.some(
    entry =>
      (entry.type === 'connection-accepted' && entry.connection !== connection) ||
      entry.type === 'http-refused' ||
      (entry.type === 'mark' && entry.name === decoyConnected),
  )
}

/** CW-INF-05 at all times: RetryCount is 0 in the session after one that succeeded. */
export function judgeRetryCountAfterSuccess(timeline: Timeline, metric: MetricJudge): void {
  const all = sessions(timeline)
  const expected = ['RetryCount 0 after a session that succeeded']
  let looked = 0
  for (const [index, session] of all.entries()) {
    const previous = all[index - 1]
    if (previous?.ended?.how !== 'completed' || triedInVain(timeline, previous.ended.seq, session)) continue
    // Before its line was up a booting device may have tried without reaching us.
    if (session.events.includes('1 BOOT')) continue
    looked++
    if (session.retryCount !== 0)
      metric.fail({ expected, actual: `RetryCount ${session.inform.retryCount ?? 'missing'}`, evidence: [session.seq] })
  }
  if (looked === 0) return metric.inconclusive('No session followed one that succeeded.')
  metric.pass({ expected, actual: `so in ${looked} sessions`, evidence: [all[1]?.seq ?? 0] })
}
