import { chosen } from '../../harness/limits.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { sessions } from '../../harness/timeline/sessions.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { xmppRequests } from '../../harness/timeline/xmpp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { judgeAnswered, reachedDevice, wantsAnswer } from '../xmpp/answers.ts'
import { readMark } from '../xmpp/connection-settings.ts'

/** CR-XMPP-22 at all times: each iq of ours that reached the device got exactly one answer. */
export function judgeIqAnswered(timeline: Timeline, metric: MetricJudge): void {
  const requests = xmppRequests(timeline).filter(request => wantsAnswer(request) && reachedDevice(request))
  if (requests.length > 0) judgeAnswered(timeline, requests, metric)
  else metric.notApplicable('No stanza was sent to the device.', 'the device connected to the XMPP server')
}

/** A full JID for comparison: case counts in the resource only. RFC 7622 */
function comparable(jid: string): string {
  const slash = jid.indexOf('/')
  return slash < 0 ? jid.toLowerCase() : `${jid.slice(0, slash).toLowerCase()}${jid.slice(slash)}`
}

/** A ConnReqJabberID that the device told, and since when it can have known it. */
interface ToldJid {
  jid: string
  seq: number
  /** The beginning of the session in which it was told. */
  since: number
}

function toldJids(timeline: Timeline): ToldJid[] {
  const all = sessions(timeline)
  const informed = all.flatMap(({ inform, seq, attemptAt }) =>
    inform.parameters
      .filter(({ name }) => name.endsWith('ManagementServer.ConnReqJabberID'))
      .map(({ value }) => ({ jid: value, seq, since: attemptAt })),
  )
  let next = 0
  const read = entriesOf(timeline, 'mark')
    .filter(({ name }) => name === readMark)
    .map(({ data, seq }) => {
      const { ConnReqJabberID: jid = '' } = (data?.['values'] ?? {}) as Record<string, string | undefined>
      while ((all[next]?.seq ?? seq) < seq) next++
      return { jid, seq, since: all[next - 1]?.attemptAt ?? 0 }
    })
  return [...informed, ...read].filter(({ jid }) => jid !== '').sort((a, b) => a.seq - b.seq)
}

/** CR-XMPP-09 at all times: a ConnReqJabberID is that which the server bound last, for any account of the device. */
export function judgeToldJids(timeline: Timeline, metric: MetricJudge): void {
  const bound = entriesOf(timeline, 'xmpp-bound')
  if (bound.length === 0)
    return metric.notApplicable(
      'No stream of the device was bound by a server of ours, so the right JID is not known.',
      'the device connected to the embedded XMPP server',
    )
  const expected = ['the full JID that the server bound last, or nothing']
  let right = 0
  let next = 0
  const newest = new Map<string, EntryOf<'xmpp-bound'>>()
  for (const told of toldJids(timeline)) {
    for (let entry = bound[next]; entry !== undefined && entry.seq < told.seq; entry = bound[++next])
      newest.set(entry.username, entry)
    const last = bound[next - 1]
    const known = [...newest.values()]
    for (let index = next - 1; (bound[index]?.at ?? -1) >= told.since; index--)
      known.push(bound[index] as EntryOf<'xmpp-bound'>)
    if (known.some(({ jid }) => comparable(jid) === comparable(told.jid))) right++
    else if (last && settled(last, told)) {
      const bind = [...newest.values()].map(({ jid }) => jid).join(', ')
      const actual = `ConnReqJabberID ${told.jid}, where the server had bound ${bind}`
      metric.fail({ expected, actual, evidence: [last.seq, told.seq] })
    }
  }
  if (right === 0) metric.inconclusive('The device told no ConnReqJabberID.', { expected })
  metric.pass({ expected, actual: `so in ${right} Informs and readings`, evidence: [bound[0]?.seq ?? 0] })
}

/** A new JID may take a moment from the stream to the data model. */
const settled = (bound: EntryOf<'xmpp-bound'>, { since }: ToldJid) => since - bound.at >= chosen.promptReply.ms
