import type { MetricJudges } from '../../harness/scenario.ts'
import { isSuccess, outcomeOf, requestsLabelled } from '../../harness/timeline/http-requests.ts'
import { connectionRequestSessions, nameOf } from '../../harness/timeline/sessions.ts'
import { entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { entriesOfRequest, udpRequestsLabelled } from '../../harness/timeline/udp-requests.ts'
import type { Finding } from '../../harness/verdict/metric.ts'
import { judgedControl } from '../positive-control.ts'
import type { credentialsMetrics } from './credentials.ts'

export const newByHttp = 'new pair over HTTP'
export const newByUdp = 'new pair by UDP'
export const oldByUdp = 'old pair by UDP'
/** The mark of the setting of the new pair, with its `status`. */
export const pairSet = 'pair-set'
/** The mark after the window for the old pair. */
export const oldPairOver = 'old-pair-over'

type Judges = MetricJudges<typeof credentialsMetrics>

/** Judges udp-credentials. */
export function judgeCredentials(timeline: Timeline, verdict: Judges): void {
  const set = entriesOf(timeline, 'mark').find(({ name }) => name === pairSet)
  if (!set) return
  if (set.data?.['status'] === 1) {
    const reason = 'The device answered status 1: it applies the values later.'
    for (const metric of [verdict.newPair, verdict.oldPair]) metric.inconclusive(reason, { evidence: [set.seq] })
    return
  }
  const oldAt = udpRequestsLabelled(timeline, oldByUdp).at(-1)?.seq ?? Number.POSITIVE_INFINITY
  const fresh = reactionTo(timeline, newByUdp, oldAt)
  const old = reactionTo(timeline, oldByUdp, markNamed(timeline, oldPairOver)?.seq ?? 0)
  // Where HTTP does not take the new pair either, the pair itself was not changed, which CW-SPV-02 judges.
  const http = requestsLabelled(timeline, newByHttp).at(-1)
  const unchanged = http !== undefined && !isSuccess(http)
  const readings = [
    ...(http ? [{ actual: `${newByHttp}: ${outcomeOf(http)}`, evidence: [http.seq] }] : []),
    ...(fresh ? [fresh] : []),
    ...(old ? [old] : []),
  ]
  const seen: Finding = {
    actual: readings.map(({ actual }) => actual).join('; '),
    evidence: readings.flatMap(({ evidence }) => evidence),
  }
  judgeNew(timeline, { fresh, unchanged, seen }, verdict)
  judgeOld(timeline, { old, newWorks: fresh?.called === true, unchanged, seen }, verdict)
}

interface Reaction {
  called: boolean
  actual: string
  evidence: number[]
}

/** Whether the last request with that label brought a session before entry `until`. */
function reactionTo(timeline: Timeline, label: string, until: number): Reaction | undefined {
  const asked = udpRequestsLabelled(timeline, label).at(-1)
  if (asked === undefined) return undefined
  const stretch = timelineOf(timeline.entries.filter(({ seq }) => seq > asked.seq && seq < until))
  const [session] = connectionRequestSessions(stretch)
  return {
    called: session !== undefined,
    actual: `${label}: ${session ? nameOf(session) : 'no session'}`,
    evidence: [...entriesOfRequest(asked), ...(session ? [session.seq] : [])],
  }
}

function judgeNew(
  timeline: Timeline,
  { fresh, unchanged, seen }: { fresh: Reaction | undefined; unchanged: boolean; seen: Finding },
  { newPair }: Judges,
): void {
  if (fresh === undefined) return
  const finding = { ...seen, expected: ['a session after a request that is signed with the new pair'] }
  if (fresh.called) return newPair.pass(finding)
  if (unchanged) return newPair.inconclusive('HTTP does not take the new pair either: a matter of CW-SPV-02.', finding)
  // A device that hears nothing by UDP any more has not refused a pair.
  const control = judgedControl(timeline)
  if (!control.passed) return newPair.inconclusive(control.reason, finding)
  newPair.fail(finding)
}

function judgeOld(
  timeline: Timeline,
  {
    old,
    newWorks,
    unchanged,
    seen,
  }: { old: Reaction | undefined; newWorks: boolean; unchanged: boolean; seen: Finding },
  { oldPair }: Judges,
): void {
  if (old === undefined) return
  const finding = { ...seen, expected: ['no session after a request that is signed with the old pair'] }
  if (old.called && unchanged && !newWorks)
    return oldPair.inconclusive('HTTP does not take the new pair either: a matter of CW-SPV-02.', finding)
  if (old.called) return oldPair.fail(finding)
  const control = judgedControl(timeline)
  if (!control.passed) return oldPair.inconclusive(control.reason, finding)
  oldPair.pass({ ...finding, evidence: [...(finding.evidence ?? []), ...control.evidence] })
}
