import type { MetricJudges } from '../../harness/scenario.ts'
import type { InformContent } from '../../harness/timeline/entry.ts'
import { must } from '../../harness/verdict/metric.ts'
import { ours } from '../../harness/verdict/limit.ts'

/** What `xmpp-jabberid` judges. */
export const jabberIdMetrics = {
  asBound: must('CR-XMPP-09', 'JabberID is the JID that the server bound, also where it is not the one proposed.'),
  sameAsConnection: must('CR-XMPP-10', 'ConnReqJabberID is the JabberID of the referenced connection.'),
  keptWhileLost: must('CR-XMPP-10', 'ConnReqJabberID stays as it is while the stream is lost.'),
  emptyWhenUnused: must('CR-XMPP-10', 'ConnReqJabberID is empty while the connection is off, or none is referenced.'),
  notified: must('CR-XMPP-11', 'A new ConnReqJabberID brings a session with "4 VALUE CHANGE" that contains it.'),
  notNotified: must('CR-XMPP-12', 'A stream that comes back under the same JID brings no "4 VALUE CHANGE" for it.'),
}

export type JabberIdJudges = MetricJudges<typeof jabberIdMetrics>

/** How long the notification of a new JID is waited for. */
export const notificationLimit = ours(120, 'the standard does not say how soon a change is notified')

/** The value of ConnReqJabberID in an Inform; `undefined` where it is not in it. */
export const informedJid = ({ parameters }: InformContent): string | undefined =>
  parameters.find(({ name }) => name.endsWith('.ManagementServer.ConnReqJabberID'))?.value

/** Whether an Inform tells of a changed ConnReqJabberID. */
export const announces = ({ inform }: { inform: InformContent }): boolean =>
  inform.events.some(({ eventCode }) => eventCode === '4 VALUE CHANGE') && informedJid(inform) !== undefined
