import { chosen } from '../../harness/limits.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { udpRequests } from '../../harness/timeline/udp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'

/** A datagram of the device that is no STUN message: there is nothing else that it could have to say by UDP. */
export interface UdpReply {
  entry: EntryOf<'datagram-received'>
  /** It begins as an HTTP response does. */
  isHttp: boolean
}

/**
 * What came back by UDP. Empty datagrams keep a NAT open, and what begins like STUN is a matter of STUN; what is
 * neither STUN nor HTTP counts only where a request of ours went before it.
 */
export function replies(timeline: Timeline): UdpReply[] {
  const copies = entriesOf(timeline, 'udp-cr-sent')
  let next = 0
  return entriesOf(timeline, 'datagram-received')
    .filter(({ ofDeviceUnderTest, raw }) => ofDeviceUnderTest && raw.length > 0 && !beginsLikeStun(raw))
    .map(entry => ({ entry, isHttp: /^HTTP\//i.test(entry.raw.text ?? '') }))
    .filter(({ entry, isHttp }) => {
      while ((copies[next]?.seq ?? entry.seq) < entry.seq) next++
      const last = copies[next - 1]
      return isHttp || (last !== undefined && entry.at - last.at <= chosen.udpReply.ms)
    })
}

/** The first byte of STUN is 0 or 1. RFC 3489 11.1 */
function beginsLikeStun({ text, base64 }: EntryOf<'datagram-received'>['raw']): boolean {
  const first = text === undefined ? Buffer.from(base64 ?? '', 'base64')[0] : text.charCodeAt(0)
  return first === 0 || first === 1
}

/** CR-UDP-41: an HTTP response is a breach, any other datagram a warning. @param heard whether the device had the request */
export function judgeNoReply(timeline: Timeline, metric: MetricJudge, { heard }: { heard: boolean }): void {
  const expected = ['no datagram in reply; Binding Requests are none']
  for (const { entry, isHttp } of replies(timeline)) {
    const { raw, seq } = entry
    const actual = isHttp ? `${raw.text?.split(/\r?\n/, 1)[0]}` : `a datagram of ${raw.length} bytes`
    metric[isHttp ? 'fail' : 'warn']({ expected, actual, evidence: [seq] })
  }
  const [first] = udpRequests(timeline)
  if (!heard || first === undefined)
    return metric.inconclusive('No session shows that the device had a request to which it might have replied.', {
      expected,
    })
  metric.pass({ expected, actual: 'nothing came back', evidence: [first.seq] })
}
