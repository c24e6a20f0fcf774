import { refusedRequests } from './timeline/refused-requests.ts'
import type { Timeline } from './timeline/timeline.ts'
import type { Finding, MetricJudge } from './verdict/metric.ts'

/**
 * The judges of a playing in which the ACS refused a request of the device: a session or a header that is missing may be
 * in that request, and one that did not come in a quiet window too. So nothing is decided, but what is an error stays.
 * @param timeline the playing, without what other devices did
 */
export function besideRefusals<Judges extends Record<string, MetricJudge>>(judges: Judges, timeline: Timeline): Judges {
  const first = refusedRequests(timeline).find(({ answered }) => answered)
  if (first === undefined) return judges
  const reason = `Our ACS refused a request of the device (entry ${first.refusal.seq}): what it was meant to say is not known.`
  const undecided = (judge: MetricJudge) => (finding: Finding) => judge.inconclusive(reason, finding)
  const beside = (judge: MetricJudge): MetricJudge => ({
    ...judge,
    check: (_, finding) => undecided(judge)(finding),
    pass: undecided(judge),
    fail: undecided(judge),
    warn: undecided(judge),
  })
  return Object.fromEntries(Object.entries(judges).map(([name, judge]) => [name, beside(judge)])) as Judges
}
