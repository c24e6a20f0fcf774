import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { udpRequests } from '../../harness/timeline/udp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { judgeNoReply } from '../udp/replies.ts'

/** CR-UDP-41 at all times: no UDP Connection Request, good or bad, was ever answered by UDP. */
export function judgeUnanswered(timeline: Timeline, metric: MetricJudge): void {
  const [first] = udpRequests(timeline)
  if (first === undefined)
    return metric.notApplicable('No UDP Connection Request was sent to the device.', 'the device announced a binding')
  const heard = connectionRequestSessions(timeline).some(({ seq }) => seq > first.seq)
  judgeNoReply(timeline, metric, { heard })
}
