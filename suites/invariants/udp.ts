import type { DeviceFacts } from '../../harness/device/facts.ts'
import { connectionRequestSessions } from '../../harness/timeline/sessions.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { udpRequests } from '../../harness/timeline/udp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { judgeNoReply } from '../udp/replies.ts'

/** CR-UDP-41 at all times: no UDP Connection Request, good or bad, was ever answered by UDP. */
export function judgeUnanswered(timeline: Timeline, metric: MetricJudge): void {
  const [first] = udpRequests(timeline)
  if (first === undefined)
    return metric.notApplicable('No UDP Connection Request was sent to the device.', 'the device announced a binding')
  const probe = entriesOf(timeline, 'probed').at(-1)?.probe as DeviceFacts | undefined
  // A session may have been asked for in another way: whether the device hears UDP at all was seen first.
  const heard =
    probe === undefined
      ? connectionRequestSessions(timeline).some(({ seq }) => seq > first.seq)
      : probe.udp?.timeToSessionMs !== undefined
  judgeNoReply(timeline, metric, { heard })
}
