import { formatDuration } from '../../harness/device/duration.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, type XmppRequest } from '../../harness/timeline/xmpp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'

/** The server's answer is that of an absent device: such a stanza never reached it. */
export const reachedDevice = ({ answer }: XmppRequest) => answer?.answeredBy !== 'server'

/** Stanzas that ask or set something have to be answered. RFC 6120 8.2.3 */
export const wantsAnswer = ({ sent }: XmppRequest) => sent.form === 'iq get' || sent.form === 'iq set'

/** How the stream to which an unanswered stanza went ended, if it did while the answer was waited for. */
export function endOfStream(
  timeline: Timeline,
  { sent, silence }: XmppRequest,
): EntryOf<'xmpp-stream-ended'> | undefined {
  const until = silence?.at ?? Number.POSITIVE_INFINITY
  return entriesOf(timeline, 'xmpp-stream-ended').find(
    ({ seq, at, jid }) => seq > sent.seq && at <= until && jid === sent.to,
  )
}

/**
 * CR-XMPP-22: each iq that asks or sets something gets exactly one answer. What never reached the device is left
 * out, and what was still on its way when the stretch ended; a stream that the device closed instead is a warning.
 */
export function judgeAnswered(timeline: Timeline, requests: readonly XmppRequest[], metric: MetricJudge): void {
  const expected = ['one result or error with the same id to each iq of type get or set']
  const wanting = requests.filter(request => wantsAnswer(request) && reachedDevice(request))
  let answered = 0
  for (const request of wanting) {
    const { sent, answer, answers, silence, label } = request
    const evidence = [sent.seq, ...(answers.length > 0 ? answers : silence ? [silence] : []).map(({ seq }) => seq)]
    const finding = (actual: string) => ({ expected, actual: `${label}: ${actual}`, evidence })
    if (answers.length > 1) metric.fail(finding(`${answers.length} answers`))
    else if (answer && silence)
      metric.warn(finding(`an answer, but only after ${formatDuration(answer.receivedAt - answer.sentAt)}`))
    else if (answer) answered++
    else if (silence) judgeSilence(endOfStream(timeline, request), metric, finding(answerOf(request)))
  }
  const [first] = wanting
  if (answered > 0 && first)
    metric.pass({ expected, actual: `so for ${answered} of ${wanting.length} stanzas`, evidence: [first.sent.seq] })
  else metric.inconclusive('No answer of the device to a stanza was seen.', { expected })
}

function judgeSilence(
  end: EntryOf<'xmpp-stream-ended'> | undefined,
  metric: MetricJudge,
  finding: { expected: string[]; actual: string; evidence: number[] },
): void {
  if (end === undefined) return metric.fail(finding)
  const withEnd = { ...finding, evidence: [...finding.evidence, end.seq] }
  if (end.how === 'closed-by-peer' || end.how === 'lost')
    metric.warn({ ...withEnd, actual: `${finding.actual}; the device ended its stream instead` })
  else metric.inconclusive('The stream was ended from our side before an answer could come.', withEnd)
}
