import type { EntryOf } from '../../harness/timeline/entry.ts'
import { markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, isBusy, isResult, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { repliedByXmpp } from '../session-after-reply.ts'
import { nameOf } from '../../harness/timeline/sessions.ts'
import { readingOf } from './connection-settings.ts'
import { shown } from './streams.ts'

/** Labels of the two requests. */
export const onSecond = 'request on the second connection, which is referenced'
export const onFirst = 'request on the first connection, which is not'

/** The fault that a mark tells of. */
const faultIn = (mark: EntryOf<'mark'>) => String(mark.data?.['fault'])

/** Why there was no second connection to judge by; `undefined` where there was one. */
function without(timeline: Timeline): string | undefined {
  const refused = markNamed(timeline, 'second-refused')
  if (refused) return `The device takes no second XMPP connection: ${faultIn(refused)}`
  const awaited = markNamed(timeline, 'second-awaited')
  if (!awaited) return 'The device got no second XMPP connection.'
  return awaited.data?.['jid'] === undefined ? 'The second connection bound no stream.' : undefined
}

const appliedLater = 'The device answered status 1: it applies the reference later.'
const isAppliedLater = (timeline: Timeline) => markNamed(timeline, 'second-added')?.data?.['status'] === 1

/** Requests on the connection that is referenced are accepted. */
export function judgeSecond(timeline: Timeline, metric: MetricJudge): void {
  const reason = without(timeline)
  const asked = xmppRequestsLabelled(timeline, onSecond).at(-1)
  if (reason !== undefined || !asked)
    return metric.inconclusive(reason ?? 'No request was made on the second connection.')
  const expected = ['a result, then a session']
  const replied = repliedByXmpp(timeline, asked)
  const finding = { expected, actual: answerOf(asked), evidence: replied.evidence }
  if (isResult(asked)) {
    if (replied.session) return metric.pass({ ...finding, actual: `result, then ${nameOf(replied.session)}` })
    return metric.inconclusive('The request was accepted and no session followed; see CR-GEN-04.', finding)
  }
  if (asked.answer?.answeredBy === 'server')
    return metric.inconclusive('The server answered: the second connection’s stream was not there.', finding)
  const first = xmppRequestsLabelled(timeline, onFirst).at(-1)
  if (isBusy(asked) && !(first && isResult(first)))
    return metric.inconclusive('The device refuses for now, on the first connection too.', finding)
  if (isAppliedLater(timeline)) return metric.inconclusive(appliedLater, finding)
  metric.fail(finding)
}

/** Requests on the other connection are not; that is concluded from the text, not written in it. */
export function judgeFirst(timeline: Timeline, metric: MetricJudge): void {
  const reason = without(timeline)
  const expected = ['an error', 'no answer', 'no stream on the first connection any more']
  const gone = markNamed(timeline, 'first-gone')
  if (reason === undefined && gone)
    return metric.pass({ expected, actual: 'no stream on the first connection any more', evidence: [gone.seq] })
  const asked = xmppRequestsLabelled(timeline, onFirst).at(-1)
  if (reason !== undefined || !asked)
    return metric.inconclusive(reason ?? 'No request was made on the first connection.')
  const finding = { expected, actual: answerOf(asked), evidence: [asked.seq] }
  if (isResult(asked) && isAppliedLater(timeline)) metric.inconclusive(appliedLater, finding)
  else if (isResult(asked)) metric.warn(finding)
  else metric.pass(finding)
}

/** ConnReqXMPPConnection is a strong reference: it does not outlive its row. */
export function judgeEmptied(timeline: Timeline, metric: MetricJudge): void {
  const refused = markNamed(timeline, 'second-refused')
  if (refused) return metric.inconclusive(`The device takes no second XMPP connection: ${faultIn(refused)}`)
  const kept = markNamed(timeline, 'second-not-deleted')
  if (kept) return metric.inconclusive(`The device does not let the row be deleted, see CR-XMPP-01: ${faultIn(kept)}`)
  const deleted = markNamed(timeline, 'second-deleted')
  const reading = readingOf(timeline, 'deleted')
  if (!deleted || !reading) return metric.inconclusive('The referenced row was not deleted.')
  const values = ['ConnReqXMPPConnection', 'ConnReqJabberID'].flatMap(name => {
    const value = reading.values[name]
    return value === undefined ? [] : [{ name, value }]
  })
  if (values.length === 0) return metric.inconclusive('Neither parameter could be read after the row was deleted.')
  const expected = ['both empty']
  const actual = values.map(({ name, value }) => `${name} ${shown(value)}`).join(', ')
  const evidence = [deleted.seq, reading.seq]
  const empty = values.every(({ value }) => value === '')
  if (!empty && deleted.data?.['status'] === 1)
    return metric.inconclusive('The device answered status 1: it deletes the row later.', {
      expected,
      actual,
      evidence,
    })
  metric.check(empty, { expected, actual, evidence })
}
