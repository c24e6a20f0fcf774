import { controlMark } from '../harness/controls.ts'
import type { EntryOf, NewEntry } from '../harness/timeline/entry.ts'
import { type Happening, mark, type Moment, session } from './written-timeline.ts'

/** The JID of the device in written timelines. */
export const deviceJid = 'cpe@xmpp.example/connreq'

export interface WrittenXmppRequest {
  at: number
  /** `result`, or the condition of an error; left away where no answer came. */
  answered?: string
  /** Whether the condition is one of RFC 6120; by default all are that are not misspelled. */
  conditionDefined?: boolean
  answeredBy?: EntryOf<'xmpp-cr-answered'>['answeredBy']
  /** Given up without an answer, after `tookMs` or the 10 s that answers are waited for. */
  unanswered?: true
  /** From the request to its answer, or until it was given up. */
  tookMs?: number
  /** How many answers came. */
  answers?: number
  form?: EntryOf<'xmpp-cr-sent'>['form']
  from?: string
  to?: string
  authorised?: boolean
  /** Elements in the answer. */
  content?: string[]
}

/** A stanza of the ACS and what became of it. */
export const xmppRequest =
  (label: string, options: WrittenXmppRequest): Happening =>
  next => {
    const { at, answered, unanswered, form = 'iq get', from = 'connreq@acs.example/acs', to = deviceJid } = options
    const { authorised = true, tookMs = unanswered ? 10_000 : 10, answers = 1 } = options
    const request = next('request')
    const id = `written-${request}`
    const raw = { text: '', length: 0 }
    const sent: NewEntry = { type: 'xmpp-cr-sent', request, label, id, from, to, form, authorised, raw }
    const silence: NewEntry = { type: 'xmpp-cr-unanswered', request, id, waitedMs: tookMs, reason: 'timeout' }
    const moments: Moment[] = [{ at, entry: sent }]
    if (unanswered) moments.push({ at: at + tookMs, entry: silence })
    if (answered === undefined) return moments
    const isResult = answered === 'result'
    for (let nth = 1; nth <= answers; nth++)
      moments.push({
        at: at + tookMs,
        entry: {
          type: 'xmpp-cr-answered',
          ...{ request, id, kind: isResult ? 'result' : 'error', nth, raw },
          ...(isResult ? {} : { condition: answered, conditionDefined: options.conditionDefined ?? true }),
          ...{ from: to, to: from, content: options.content ?? (isResult ? [] : ['error']) },
          ...{ answeredBy: options.answeredBy ?? 'device', sentAt: at, receivedAt: at + tookMs },
        },
      })
    return moments
  }

/** A stream of the device that was bound to this JID. */
export const xmppBound =
  (at: number, jid = deviceJid, connection = 900): Happening =>
  () => [
    {
      at,
      entry: {
        type: 'xmpp-bound',
        ...{ connection, stream: `stream-${connection}`, username: jid.replace(/@.*/, ''), jid, tls: true },
      },
    },
  ]

/** The end of that stream. */
export const xmppEnded =
  (at: number, how: EntryOf<'xmpp-stream-ended'>['how'], jid = deviceJid, connection = 900): Happening =>
  () => [{ at, entry: { type: 'xmpp-stream-ended', connection, stream: `stream-${connection}`, jid, how } }]

/** The ordinary XMPP request after a window, and the session that it brings unless `silent`. */
export const xmppControl = (at: number, { silent = false } = {}): Happening[] => [
  mark(controlMark, at),
  xmppRequest('positive control', { at: at + 50, answered: 'result' }),
  ...(silent ? [] : [session({ at: at + 500 })]),
]
