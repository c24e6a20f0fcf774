import { formatDuration } from '../../harness/device/duration.ts'
import { nameOf, type Session, sessions } from '../../harness/timeline/sessions.ts'
import { between, entriesOf, markNamed, type Timeline } from '../../harness/timeline/timeline.ts'
import type { MetricJudge } from '../../harness/verdict/metric.ts'
import { judgedControl } from '../positive-control.ts'
import { readingOf } from './connection-settings.ts'
import { announces, informedJid, type JabberIdJudges, notificationLimit } from './jabberid-metrics.ts'
import { isSameJid, shown } from './streams.ts'

/** CR-XMPP-11, 12: a JID that is new is notified, one that is not is not. */
export function judgeNotifications(timeline: Timeline, verdict: JabberIdJudges): void {
  judgeNotified(timeline, verdict.notified)
  judgeNotNotified(timeline, verdict.notNotified)
}

/** Why no notification may be due; `undefined` where it is. */
function silenced(timeline: Timeline): string | undefined {
  const { attribute, throttle = 0 } = (markNamed(timeline, 'notification')?.data ?? {}) as {
    attribute?: number
    throttle?: number
  }
  if (throttle > 0) return `DefaultActiveNotificationThrottle is ${throttle} s.`
  if (attribute !== undefined && attribute !== 2)
    return `The notification attribute of ConnReqJabberID is ${attribute}; an ACS may have set it so.`
  return undefined
}

const announcements = (stretch: Timeline): Session[] => sessions(stretch).filter(announces)

function judgeNotified(timeline: Timeline, metric: MetricJudge) {
  const bound = markNamed(timeline, 'rebound')
  const awaited = markNamed(timeline, 'rebound-awaited')
  if (!bound || !awaited) return metric.inconclusive('No other JID was bound.')
  const expected = ['a session with 4 VALUE CHANGE and the new ConnReqJabberID']
  const [before, after] = ['up', 'rebound'].map(when => readingOf(timeline, when)?.values['ConnReqJabberID'])
  const jid = String(bound.data?.['jid'])
  const told = announcements(between(timeline, 'server-back', 'rebound-awaited'))
  const right = told.find(({ inform }) => {
    const value = informedJid(inform) ?? ''
    return isSameJid(value, jid) || (value !== '' && value === after)
  })
  const evidence = [bound.seq, ...told.map(({ seq }) => seq)]
  if (right)
    return metric.pass({
      expected,
      actual: `${nameOf(right)} ${formatDuration(Math.max(0, right.attemptAt - bound.at))} after the binding`,
      evidence: [bound.seq, right.seq],
    })
  if (before !== undefined && before === after)
    return metric.inconclusive('The device did not take the new JID for its ConnReqJabberID; see CR-XMPP-09.', {
      evidence,
    })
  const reason = silenced(timeline)
  if (reason !== undefined) return metric.inconclusive(reason, { expected, evidence })
  const [other] = told
  metric.fail({
    expected,
    actual: other
      ? `${nameOf(other)} with ${shown(informedJid(other.inform))}`
      : `none within ${formatDuration(awaited.at - bound.at)}`,
    evidence,
    limit: notificationLimit,
  })
}

function judgeNotNotified(timeline: Timeline, metric: MetricJudge) {
  const begun = markNamed(timeline, 'same')
  if (!begun) return metric.inconclusive('The stream did not come back under the same JID.')
  const stretch = between(timeline, 'same', 'same-over')
  const bound = entriesOf(stretch, 'xmpp-bound').at(-1)
  const jid = String(begun.data?.['jid'])
  if (!bound || !isSameJid(bound.jid, jid))
    return metric.inconclusive('The stream did not come back under the same JID.')
  const expected = ['no 4 VALUE CHANGE for ConnReqJabberID']
  const [told] = announcements(stretch)
  if (told) {
    const evidence = [begun.seq, bound.seq, told.seq]
    const always = sessions(timeline).find(other => !announces(other) && informedJid(other.inform) !== undefined)
    if (always)
      return metric.inconclusive('The device has ConnReqJabberID in other Informs too, changed or not.', {
        expected,
        actual: nameOf(told),
        evidence: [...evidence, always.seq],
      })
    return metric.fail({ expected, actual: `${nameOf(told)} with ${shown(informedJid(told.inform))}`, evidence })
  }
  if (!markNamed(timeline, 'same-watched')) return metric.inconclusive('The window was not kept to its end.')
  const reason = silenced(timeline)
  if (reason !== undefined) return metric.inconclusive(reason, { expected })
  const control = judgedControl(timeline)
  if (!control.passed) return metric.inconclusive(control.reason, { expected, evidence: control.evidence })
  metric.pass({ expected, actual: 'none in the window', evidence: [bound.seq, ...control.evidence] })
}
