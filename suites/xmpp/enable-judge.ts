import { formatDuration } from '../../harness/device/duration.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import type { NoteProperty } from '../../harness/scenario.ts'
import { connectionRequestSessions, nameOf } from '../../harness/timeline/sessions.ts'
import { between, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import { xmppConnections } from '../../harness/timeline/xmpp-connections.ts'
import { answerOf, isResult, xmppRequestsLabelled } from '../../harness/timeline/xmpp-requests.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { judgedControl } from '../positive-control.ts'
import { absenceOf, excuseFor } from './account.ts'
import { settingOf } from './connection-settings.ts'
import { ownBounds, ownConnections } from './own-connections.ts'
import { applied, endedByDevice, endOf } from './streams.ts'

/** Labels of the two requests. */
export const whileOff = 'request while the XMPP connection is off'
export const afterSwitchingOn = 'request after the XMPP connection is back'

/** The mark of a device that was offline before the scenario and did not come back when switched off and on. */
export const neverBackMark = 'never-back'

/** Why the setting may not be in force; `undefined` where it must be. */
function notInForce(timeline: Timeline, what: string): string | undefined {
  const { fault, status } = settingOf(timeline, what) ?? {}
  if (fault !== undefined) return `The device does not let Enable be set: ${fault}`
  return status === 1 ? 'The device answered status 1: it applies the setting later.' : undefined
}

/** A stream that the device bound all the same between the setting and the end of the window. */
function boundWhileOff(timeline: Timeline): EntryOf<'xmpp-bound'> | undefined {
  const since = settingOf(timeline, 'switch off')?.seq ?? Number.POSITIVE_INFINITY
  const until = markNamed(timeline, 'off-watched')?.seq ?? Number.POSITIVE_INFINITY
  return ownBounds(timeline, timeline).find(({ seq }) => seq > since && seq < until)
}

/** Enable=false ends the stream. */
export function judgeEnd(timeline: Timeline, metric: MetricJudge, property: NoteProperty): void {
  const neverBack = markNamed(timeline, neverBackMark)
  if (neverBack) return metric.inconclusive('There was no stream that could end.', { evidence: [neverBack.seq] })
  const begun = markNamed(timeline, 'switching-off')
  const setting = settingOf(timeline, 'switch off')
  if (!begun || !setting || !markNamed(timeline, 'off-awaited')) return
  const stretch = between(timeline, 'switching-off', 'off-awaited')
  const ended = endOf(stretch, Number(begun.data?.['connection']))
  const expected = ['</stream:stream>', 'the end of the TCP connection']
  const again = boundWhileOff(timeline)
  const evidence = [setting.seq, ...(ended ? [ended.seq] : []), ...(again ? [again.seq] : [])]
  const reason = notInForce(timeline, 'switch off')
  if (again && reason !== undefined) return metric.inconclusive(reason, { expected, evidence })
  if (again) return metric.fail({ expected, actual: `another stream was bound as ${again.jid}`, evidence })
  if (ended && !endedByDevice(stretch, ended))
    return metric.inconclusive('It was not the device that ended the stream.', { expected, evidence })
  if (ended) {
    const how =
      ended.type === 'xmpp-stream-ended' && ended.how === 'closed-by-peer'
        ? '</stream:stream>'
        : 'end of the connection'
    property('end of the XMPP stream when switched off', how)
    return metric.pass({ expected, actual: how, evidence })
  }
  if (reason !== undefined) return metric.inconclusive(reason, { expected, evidence })
  metric.fail({
    expected,
    actual: `the stream is still there ${formatDuration(applied.ms)} later`,
    evidence,
    limit: applied,
  })
}

/** Enable=false keeps requests away. */
export function judgeUnreachable(timeline: Timeline, metric: MetricJudge): void {
  const neverBack = markNamed(timeline, neverBackMark)
  if (neverBack) return metric.inconclusive('The device was offline before.', { evidence: [neverBack.seq] })
  const asked = xmppRequestsLabelled(timeline, whileOff).at(-1)
  if (!asked) return
  const after = timelineOf(timeline.entries.filter(({ seq }) => seq > asked.sent.seq))
  const control = judgedControl(after)
  const [session] = connectionRequestSessions(control.before)
  const again = boundWhileOff(timeline)
  const expected = ['no answer of the device', 'no session', 'no stream']
  const evidence = [asked.seq, ...(session ? [session.seq] : []), ...(again ? [again.seq] : [])]
  const byDevice = asked.answer?.answeredBy === 'device'
  const reason = notInForce(timeline, 'switch off')
  if ((byDevice || session || again) && reason !== undefined) return metric.inconclusive(reason, { expected, evidence })
  if (byDevice || session || again)
    return metric.fail({
      expected,
      actual: [
        answerOf(asked),
        ...(session ? [nameOf(session)] : []),
        ...(again ? [`bound as ${again.jid}`] : []),
      ].join(', then '),
      evidence,
    })
  if (!markNamed(timeline, 'off-watched')) return metric.inconclusive('The window was not kept to its end.')
  if (!control.passed) return metric.inconclusive(control.reason, { expected, evidence: control.evidence })
  metric.pass({ expected, actual: answerOf(asked), evidence: [...evidence, ...control.evidence] })
}

/** Enable=true brings the stream back, and the requests. */
export function judgeReturn(timeline: Timeline, metric: MetricJudge): void {
  const neverBack = markNamed(timeline, neverBackMark)
  const begun = markNamed(timeline, neverBack ? 'settled' : 'switching-on')
  const awaited = neverBack ?? markNamed(timeline, 'on-awaited')
  if (!begun || !awaited) return
  const expected = ['a stream, and a result for a request on it']
  const stretch = between(timeline, begun.name, awaited.name)
  const [bound] = ownBounds(timeline, stretch)
  if (!bound) return judgeAbsence(timeline, stretch, { begun, awaited }, metric)
  const asked = xmppRequestsLabelled(timeline, afterSwitchingOn).at(-1)
  const evidence = [bound.seq, ...(asked ? [asked.seq] : [])]
  if (!asked) return metric.inconclusive('No request was made on the new stream.', { expected, evidence })
  if (!isResult(asked))
    return metric.inconclusive(`The request on the new stream was not accepted: ${answerOf(asked)}; see CR-XMPP-20.`, {
      expected,
      evidence,
    })
  metric.pass({ expected, actual: `bound as ${bound.jid}, ${answerOf(asked)}`, evidence })
}

type Mark = EntryOf<'mark'>

function judgeAbsence(
  timeline: Timeline,
  stretch: Timeline,
  { begun, awaited }: { begun: Mark; awaited: Mark },
  metric: MetricJudge,
) {
  const expected = ['a stream']
  if (awaited.data?.['still'] === true)
    return metric.inconclusive('The stream had never ended, so that it could not come back.')
  const connections = ownConnections(timeline, xmppConnections(stretch))
  // The device has found the server before.
  const told = { findable: true, domain: '' }
  const excuse = excuseFor(timeline, connections, told, `${begun.name}: switch the XMPP connection on`)
  const evidence = [begun.seq, awaited.seq]
  if (excuse !== undefined) return metric.inconclusive(excuse, { expected, evidence })
  const limit = { ms: Number(awaited.data?.['limitMs']), source: 'ours', why: 'timing.xmppConnect' } as const
  metric.fail({ expected, actual: absenceOf(connections, { limit }), evidence, limit })
}
