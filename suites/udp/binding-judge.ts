import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import type { NoteProperty } from '../../harness/scenario.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { type BindingRequest } from '../../harness/timeline/stun-requests.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import type { BindingJudges } from './binding-metrics.ts'
import { entriesBetween, reportsChange, requestsBegun, requestsFrom, sourceOfFirst } from './binding-requests.ts'
import { judgeMarks } from './marks-judge.ts'
import { describeOffsets, isStandardSchedule } from './schedule.ts'

/** CR-UDP-08 to 13: how the binding is announced, and what the requests are made of. */
export function judgeBinding(timeline: Timeline, verdict: BindingJudges, property: NoteProperty): void {
  judgeMarks(timeline, verdict)
  const stretch = between(timeline, 'on', 'emptied')
  const source = sourceOfFirst(stretch)
  if (source === undefined) return
  judgeFirst(timeline, source, verdict.firstReported, property)
  judgeChange(timeline, source, verdict)
  judgeSchedule(timeline, source, verdict.schedule)
  const cookies = requestsFrom(stretch, source).some(({ entry }) => entry.message.magicCookie)
  property('transaction ids', cookies ? 'with the magic cookie of RFC 5389' : 'without the magic cookie of RFC 5389')
}

const expectedReport = [
  'a request with BINDING-CHANGE within 10 s of the response',
  'BINDING-CHANGE in the first request',
]

function judgeFirst(timeline: Timeline, source: Endpoint, metric: MetricJudge, property: NoteProperty) {
  const stretch = between(timeline, 'on', 'first-report-awaited')
  const [first] = requestsFrom(stretch, source)
  if (!first || !markNamed(timeline, 'first-report-awaited')) return
  const evidence = [first.entry.seq]
  if (markNamed(timeline, 'stun-kept-on'))
    return metric.notApplicable(
      'STUN could not be switched off, because nothing else reaches the device.',
      'the device could be asked by HTTP or XMPP too',
    )
  const [whileOff] = requestsBegun(between(timeline, 'off-again', 'off-again-over'))
  if (whileOff)
    return metric.inconclusive(
      'The device kept sending with STUN off, so that no binding was the first one; see CR-UDP-06.',
      {
        evidence: [...evidence, whileOff.entry.seq],
      },
    )
  if (reportsChange(first)) {
    property('first report of the binding', 'in the first request')
    return metric.pass({ expected: expectedReport, actual: 'it is in the first request', evidence })
  }
  property('first report of the binding', 'in a request of its own')
  judgeReport(stretch, { metric, source, revealing: first.answer })
}

function judgeChange(timeline: Timeline, source: Endpoint, verdict: BindingJudges) {
  if (!markNamed(timeline, 'lie-over')) return
  const stretch = between(timeline, 'lie-begun', 'lie-over')
  const revealing = entriesOf(stretch, 'stun-sent').find(({ truthful }) => truthful === false)
  const report = judgeReport(stretch, { metric: verdict.changeReported, source, revealing })
  judgeRepeated(report, verdict.repeated)
}

/** Whether the change that an answer revealed was reported. @returns the report */
function judgeReport(
  stretch: Timeline,
  { metric, source, revealing }: { metric: MetricJudge; source: Endpoint; revealing: EntryOf<'stun-sent'> | undefined },
): BindingRequest | undefined {
  if (revealing === undefined) {
    metric.inconclusive('No response told the device of the binding.')
    return undefined
  }
  const after = entriesBetween(stretch, revealing.seq)
  const report = requestsFrom(after, source).find(reportsChange)
  const evidence = [revealing.answers, revealing.seq, ...(report ? [report.entry.seq] : [])]
  const limit = chosen.bindingChange
  if (report === undefined) metric.fail({ expected: expectedReport, actual: 'none', evidence, limit })
  else {
    const measured = report.entry.at - revealing.at
    const actual = `one ${formatDuration(measured)} after the response`
    metric.check(measured <= limit.ms, { expected: expectedReport, actual, evidence, limit, measured })
  }
  return report
}

function judgeRepeated(report: BindingRequest | undefined, metric: MetricJudge) {
  if (report === undefined) return metric.inconclusive('No request with BINDING-CHANGE came; see CR-UDP-11.')
  metric.check(report.copies.length > 1, {
    expected: ['further copies with the same transaction id'],
    actual: report.copies.length > 1 ? `${report.copies.length} in all` : 'it was sent once',
    evidence: report.copies.map(({ seq }) => seq),
  })
}

function judgeSchedule(timeline: Timeline, source: Endpoint, metric: MetricJudge) {
  if (!markNamed(timeline, 'silence-over')) return
  // A copy may come when the server answers again.
  const silence = between(timeline, 'silence-begun', 'silence-over')
  const [unanswered] = requestsFrom(silence, source)
  if (unanswered === undefined)
    return metric.inconclusive('No Binding Request came while the server was silent, so that none was repeated.')
  const offsets = unanswered.copies.map(({ at }) => at - unanswered.entry.at)
  metric.check(isStandardSchedule(offsets), {
    expected: ['0, 100, 300, 700, 1500, 3100, 4700, 6300 and 7900 ms, each step within 20 %'],
    actual: describeOffsets(offsets),
    evidence: unanswered.copies.map(({ seq }) => seq),
  })
}
