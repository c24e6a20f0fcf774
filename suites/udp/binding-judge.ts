import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import type { NoteProperty } from '../../harness/scenario.ts'
import type { Endpoint, EntryOf } from '../../harness/timeline/entry.ts'
import { type BindingRequest, bindingRequests } from '../../harness/timeline/stun-requests.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import type { BindingJudges } from './binding-metrics.ts'
import {
  entriesBetween,
  reportsChange,
  requestsBegun,
  requestsFrom,
  sourceAsked,
  sourceOfFirst,
} from './binding-requests.ts'
import { judgeMarks } from './marks-judge.ts'
import { describeOffsets, isStandardSchedule } from './schedule.ts'
import { isUnheeded } from './unheeded-responses.ts'

/** CR-UDP-08 to 13: how the binding is announced, and what the requests are made of. */
export function judgeBinding(timeline: Timeline, verdict: BindingJudges, property: NoteProperty): void {
  judgeMarks(timeline, verdict)
  const stretch = between(timeline, 'on', 'emptied')
  const source = sourceOfFirst(stretch)
  if (source === undefined) return
  judgeFirst(timeline, source, verdict.firstReported, property)
  const later = sourceAsked(timeline) ?? source
  judgeChange(timeline, later, verdict)
  judgeSchedule(timeline, later, verdict.schedule)
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
  judgeReport(metric, reportedIn(stretch, source, first.answer), reportedAgain(timeline))
}

/** Where the first binding was not reported, STUN was switched off and on once more. */
function reportedAgain(timeline: Timeline): Reported | undefined {
  if (!markNamed(timeline, 'report-again-awaited')) return undefined
  const stretch = between(timeline, 'off-again-over', 'report-again-awaited')
  const [first] = requestsBegun(stretch)
  if (first === undefined) return undefined
  if (reportsChange(first)) return { evidence: [first.entry.seq], report: first, afterMs: 0 }
  return reportedIn(stretch, first.entry.from, first.answer)
}

function judgeChange(timeline: Timeline, source: Endpoint, verdict: BindingJudges) {
  if (!markNamed(timeline, 'lie-over')) return
  const reportedIf = (from: string, to: string) => {
    const stretch = between(timeline, from, to)
    const revealing = entriesOf(stretch, 'stun-sent').find(({ truthful }) => truthful === false)
    return reportedIn(stretch, source, revealing)
  }
  const once = reportedIf('lie-begun', 'lie-over')
  const again = markNamed(timeline, 'lie-again-over') && reportedIf('lie-again-begun', 'lie-again-over')
  judgeReport(verdict.changeReported, once ?? again, again)
  judgeRepeated(once?.report ?? again?.report, verdict.repeated)
}

/** What followed a response that revealed a binding. */
interface Reported {
  evidence: number[]
  /** The request with BINDING-CHANGE, and how long after the response it came. */
  report?: BindingRequest
  afterMs?: number
}

/** @param revealing the response that told the device of the binding; `undefined` where none did */
function reportedIn(
  stretch: Timeline,
  source: Endpoint,
  revealing: EntryOf<'stun-sent'> | undefined,
): Reported | undefined {
  const revealed = bindingRequests(stretch).find(({ answer }) => answer === revealing)
  if (revealing === undefined || (revealed && isUnheeded(stretch, revealed))) return undefined
  const report = requestsFrom(entriesBetween(stretch, revealing.seq), source).find(reportsChange)
  const evidence = [revealing.answers, revealing.seq]
  if (report === undefined) return { evidence }
  return { evidence: [...evidence, report.entry.seq], report, afterMs: report.entry.at - revealing.at }
}

/** One datagram may be lost, of a device that sends it once; so a report is missed only where it failed to come twice. */
function judgeReport(metric: MetricJudge, once: Reported | undefined, again: Reported | undefined): void {
  if (once === undefined)
    return metric.inconclusive('No response that the device seems to have had told it of the binding.')
  const limit = chosen.bindingChange
  const { evidence, report, afterMs: measured } = once
  const finding = { expected: expectedReport, evidence, limit }
  if (report !== undefined && measured !== undefined) {
    const actual = `one ${formatDuration(measured)} after the response`
    return metric.check(measured <= limit.ms, { ...finding, actual, measured })
  }
  if (again?.report !== undefined)
    return metric.inconclusive('None came once, but one did when it was tried again: a datagram may have been lost.', {
      ...finding,
      evidence: [...evidence, ...again.evidence],
    })
  metric.fail({
    ...finding,
    actual: again ? 'none, twice' : 'none',
    evidence: [...evidence, ...(again?.evidence ?? [])],
  })
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
