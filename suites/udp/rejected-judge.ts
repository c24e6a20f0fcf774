import { controlMark } from '../../harness/controls.ts'
import type { MetricJudges } from '../../harness/scenario.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { udpRequestsLabelled } from '../../harness/timeline/udp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { type Control, judgedControl } from '../positive-control.ts'
import { guiltyLabels } from '../shared-window.ts'
import { deafeningLabels } from './deafness.ts'
import { judgeForgery, sessionOfForgery, silencedForAWhile } from './forgery.ts'
import { judgeLetterCase } from './letter-case.ts'
import type { rejectedMetrics } from './rejected.ts'
import { type WrongRequest, wrongRequests } from './wrong-requests.ts'

/** What the wrong requests brought. */
interface Seen {
  control: Control
  /** The entries of requests and sessions by the label of what brought a session alone. */
  guilty: ReadonlyMap<string, number[]>
  /** The marks of what deafened the device. */
  deafening: Map<string, number>
  /** Sessions with event 6 in the windows. */
  sessions: number[]
  timeline: Timeline
  /** Shows that wrong requests silence the device for a while. */
  silenced: number[] | undefined
}

/** The last positive control, without what came after it: there are further right requests then. */
export function controlOf(timeline: Timeline): Control {
  const done = markNamed(timeline, `${controlMark}-done`)?.seq ?? Number.POSITIVE_INFINITY
  return judgedControl(timelineOf(timeline.entries.filter(({ seq }) => seq <= done)))
}

/** Judges udp-rejected. */
export function judgeRejected(timeline: Timeline, verdict: MetricJudges<typeof rejectedMetrics>): void {
  if (entriesOf(timeline, 'mark').every(({ name }) => name !== 'wrong-done')) return
  const control = controlOf(timeline)
  const guilty = new Map<string, number[]>()
  for (const [label, { stretch, sessions }] of guiltyLabels(control.before))
    guilty.set(label, [...udpRequestsLabelled(stretch, label).map(({ seq }) => seq), ...sessions])
  const seen: Seen = {
    control,
    guilty,
    deafening: deafeningLabels(timeline),
    sessions: sessionsInWindows(timeline),
    timeline,
    silenced: silencedForAWhile(timeline),
  }
  const breaking = (rule: WrongRequest['breaks']) => wrongRequests.filter(({ breaks }) => breaks === rule)
  judgeSessions(
    seen,
    wrongRequests.filter(({ concluded }) => !concluded),
    verdict.all,
  )
  judgeSessions(seen, breaking('CR-UDP-46'), verdict.form)
  judgeSessions(seen, breaking('CR-UDP-47'), verdict.laterTs)
  judgeSessions(seen, breaking('CR-UDP-48'), verdict.otherId)
  judgeSessions(seen, breaking('CR-UDP-49'), verdict.username)
  judgeSessions(seen, breaking('CR-UDP-50'), verdict.signature)
  judgeSessions(seen, breaking('CR-UDP-53'), verdict.complete)
  const withoutCredentials = wrongRequests.filter(request => request.withoutCredentials)
  judgeSessions(seen, withoutCredentials, verdict.noSession)
  judgeDeafness(seen, breaking('CR-UDP-46'), verdict.form)
  judgeDeafness(seen, breaking('CR-UDP-47'), verdict.laterTs)
  judgeDeafness(seen, breaking('CR-UDP-48'), verdict.otherId)
  judgeDeafness(seen, breaking('CR-UDP-49'), verdict.username)
  judgeDeafness(seen, breaking('CR-UDP-50'), verdict.signature)
  judgeDeafness(seen, breaking('CR-UDP-53'), verdict.complete)
  for (const metric of [verdict.all, verdict.signature, verdict.noSession]) judgeForged(timeline, metric)
  judgeLetterCase(timeline, verdict.letterCase)
  judgeForgery(timeline, verdict.forgery)
}

/** Sessions of the windows alone: between them come those of right requests. */
function sessionsInWindows(timeline: Timeline): number[] {
  let open = false
  const inside = timeline.entries.filter(entry => {
    if (entry.type === 'mark' && entry.name === 'wrong-begun') open = true
    if (entry.type === 'mark' && entry.name === 'wrong-done') open = false
    return open
  })
  return connectionRequestSessions(timelineOf(inside)).map(({ seq }) => seq)
}

/** No session after any of these requests. */
function judgeSessions(seen: Seen, requests: readonly WrongRequest[], metric: MetricJudge): void {
  const { control, guilty, sessions, timeline, silenced } = seen
  const expected = [`no session with 6 CONNECTION REQUEST after: ${requests.map(({ label }) => label).join(', ')}`]
  const culprits = requests.filter(({ label }) => guilty.has(label))
  for (const verdict of ['fail', 'warn'] as const) {
    const labels = culprits
      .filter(({ concluded }) => (verdict === 'warn') === (concluded === true))
      .map(({ label }) => label)
    if (labels.length === 0) continue
    const evidence = labels.flatMap(label => guilty.get(label) ?? [])
    metric[verdict]({ expected, actual: `a session came after: ${labels.join(', ')}`, evidence })
  }
  if (culprits.length > 0) return
  if (requests.every(({ label }) => udpRequestsLabelled(timeline, label).length === 0))
    return metric.inconclusive('None of these requests was sent.', { expected })
  if (sessions.length > 0 && guilty.size === 0)
    return metric.inconclusive('A session came, but no wrong request brought one when it was sent alone.', {
      expected,
      evidence: sessions,
    })
  if (!control.passed) return metric.inconclusive(control.reason, { expected, evidence: control.evidence })
  if (silenced !== undefined)
    return metric.inconclusive(
      'A wrong request keeps the device from hearing others for a while, so that one window for all proves nothing.',
      { expected, evidence: silenced },
    )
  metric.pass({ expected, actual: `no session in the window; ${control.reason}`, evidence: control.evidence })
}

/** The forged request has a wrong signature and is sent alone. */
function judgeForged(timeline: Timeline, metric: MetricJudge): void {
  const evidence = sessionOfForgery(timeline)
  if (evidence === undefined) return
  const expected = ['no session after a request with a wrong signature that was sent alone']
  metric.fail({ expected, actual: 'a session', evidence })
}

/** After each of these requests the device still hears right ones. */
function judgeDeafness({ deafening }: Seen, requests: readonly WrongRequest[], metric: MetricJudge): void {
  const culprits = requests.filter(({ label }) => deafening.has(label)).map(({ label }) => label)
  if (culprits.length === 0) return
  metric.fail({
    expected: ['a right request still brings a session'],
    actual: `after ${culprits.map(label => `"${label}"`).join(' or ')} the device heard no request until it was restarted`,
    evidence: culprits.map(label => deafening.get(label) ?? 0),
  })
}
