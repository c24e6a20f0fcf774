import type { EntryOf } from './entry.ts'
import { entriesOf, type Timeline } from './timeline.ts'

/** One stanza of the ACS to the device with what became of it. */
export interface XmppRequest {
  sent: EntryOf<'xmpp-cr-sent'>
  /** The first answer. */
  answer: EntryOf<'xmpp-cr-answered'> | undefined
  /** All answers: a device that answers twice has two. */
  answers: EntryOf<'xmpp-cr-answered'>[]
  silence: EntryOf<'xmpp-cr-unanswered'> | undefined
  label: string
  /** The entry a finding cites: the outcome, or the request where nothing came of it yet. */
  seq: number
}

/** Every stanza of the ACS in this stretch, in the order in which they were written. */
export function xmppRequests(timeline: Timeline): XmppRequest[] {
  const answers = new Map<number, EntryOf<'xmpp-cr-answered'>[]>()
  for (const entry of entriesOf(timeline, 'xmpp-cr-answered')) {
    const known = answers.get(entry.request)
    if (known === undefined) answers.set(entry.request, [entry])
    else known.push(entry)
  }
  const silences = new Map(entriesOf(timeline, 'xmpp-cr-unanswered').map(entry => [entry.request, entry]))
  return entriesOf(timeline, 'xmpp-cr-sent').map(sent => {
    const all = answers.get(sent.request) ?? []
    const [answer] = all
    const silence = silences.get(sent.request)
    return { sent, answer, answers: all, silence, label: sent.label, seq: (answer ?? silence ?? sent).seq }
  })
}

/** Those with that label. */
export const xmppRequestsLabelled = (timeline: Timeline, label: string): XmppRequest[] =>
  xmppRequests(timeline).filter(request => request.label === label)

/** The success reply of Annex K: an iq of type result, from the device. */
export const isResult = ({ answer }: Pick<XmppRequest, 'answer'>) => answer?.kind === 'result'

/** "result", "error service-unavailable", "no answer within 10 s" */
export function answerOf({ answer, silence }: Pick<XmppRequest, 'answer' | 'silence'>): string {
  if (answer) {
    const by =
      answer.answeredBy === 'device'
        ? ''
        : `, from ${answer.answeredBy === 'server' ? 'the server' : 'device or server'}`
    if (answer.kind === 'result') return `result${by}`
    return `error ${answer.condition === undefined || answer.condition === '' ? 'without a condition' : answer.condition}${by}`
  }
  return silence ? `no answer within ${silence.waitedMs / 1000} s` : 'no outcome recorded'
}

/** Refused for now: too busy, or in a session. `resource-constraint` is accepted with a warning. Annex K */
export const isBusy = ({ answer }: Pick<XmppRequest, 'answer'>) =>
  answer?.kind === 'error' && (answer.condition === 'service-unavailable' || answer.condition === 'resource-constraint')
