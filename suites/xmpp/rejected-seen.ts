import { connectionRequestSessions, type Session } from '../../harness/timeline/sessions.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { answerOf, isBusy, type XmppRequest, xmppRequests } from '../../harness/timeline/xmpp-requests.ts'
import type { Finding, MetricJudge } from '../../harness/verdict/metric.ts'
import { type Control, judgedControl } from '../positive-control.ts'
import { guiltyLabels } from '../shared-window.ts'
import { reachedDevice } from './answers.ts'
import { type WrongStanza, wrongStanzas } from './wrong-stanzas.ts'

/** What the stanzas brought. */
export interface Seen {
  control: Control
  /** All that reached the device, from the first round to the last. */
  requests: XmppRequest[]
  /** Sessions with event 6 in the windows. */
  sessions: Session[]
  /** Labels that brought a session alone, with that round's request and sessions. */
  guilty: Map<string, { request: XmppRequest | undefined; sessions: number[] }>
}

/** Reads the windows of xmpp-rejected. */
export function whatWasSeen(timeline: Timeline): Seen {
  const control = judgedControl(timeline)
  const guilty = [...guiltyLabels(control.before)].map(
    ([label, { stretch, sessions }]) =>
      [label, { request: xmppRequests(stretch).find(request => request.label === label), sessions }] as const,
  )
  return {
    control,
    requests: xmppRequests(control.before).filter(reachedDevice),
    sessions: connectionRequestSessions(windowsOf(control.before)),
    guilty: new Map(guilty),
  }
}

/** From the first window on: what came before is the session in which the list was set. */
const windowsOf = (timeline: Timeline): Timeline => {
  const begun = timeline.entries.findIndex(entry => entry.type === 'mark' && entry.name === 'wrong-begun')
  return { entries: begun < 0 ? [] : timeline.entries.slice(begun) }
}

/** The stanzas of that kind. */
export const ofKind = (kind: WrongStanza['kind']) => wrongStanzas.filter(stanza => stanza.kind === kind)

/** Those of the requests that were such stanzas. */
export const sentOf = ({ requests }: Seen, stanzas: readonly WrongStanza[]) =>
  requests.filter(({ label }) => stanzas.some(stanza => stanza.label === label))

/** The entries that show what became of the requests. */
export const evidenceOf = (requests: readonly XmppRequest[]) =>
  requests.flatMap(({ sent, seq }) => (seq === sent.seq ? [seq] : [sent.seq, seq]))

/** Each kind of request with its answer, once for all times it was sent. */
export const inWords = (requests: readonly XmppRequest[]) =>
  [...new Set(requests.map(request => `${request.label}: ${answerOf(request)}`))].join('; ')

/** Silence counts where the stanzas reached the device, it looked at them, and an ordinary request is still heard. */
export function judgeAbsence(seen: Seen, stanzas: readonly WrongStanza[], metric: MetricJudge, finding: Finding): void {
  const { sessions, guilty, control } = seen
  const sent = sentOf(seen, stanzas)
  if (sent.length === 0) return metric.inconclusive('None of these stanzas reached the device.', finding)
  if (sessions.length > 0 && guilty.size === 0)
    return metric.inconclusive('A session came, but no wrong stanza brought one when it was sent alone.', {
      ...finding,
      evidence: sessions.map(({ seq }) => seq),
    })
  if (!control.passed) return metric.inconclusive(control.reason, { ...finding, evidence: control.evidence })
  if (refusedAll(seen))
    return metric.inconclusive('Whatever was asked was refused for now, so the device did not look at it.', {
      ...finding,
      evidence: evidenceOf(sent),
    })
  metric.pass({ ...finding, actual: `no session in the window; ${control.reason}`, evidence: control.evidence })
}

/** Everything that was answered was refused for now, wrong credentials too: so may a rate limit do. */
function refusedAll({ requests }: Seen): boolean {
  const answered = requests.filter(({ answer }) => answer !== undefined)
  return answered.length > 0 && answered.every(isBusy)
}
