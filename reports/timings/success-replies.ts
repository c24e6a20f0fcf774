import type { Entry } from '../../harness/timeline/entry.ts'
import { inScenarios } from './in-scenarios.ts'
import type { TimedTransport } from './timings.ts'

/** A request that the device accepted outside of any session: one for which it has to open a session. */
export interface SuccessReply {
  transport: TimedTransport
  scenario: string | undefined
  /** When the request was written, and the number of that entry. */
  sentAt: number
  sentSeq: number
  /** What the time to the session runs from: the last byte of the reply; over UDP, where none comes, the first copy. */
  from: number
  /** The entry with which it was known. */
  seq: number
  uncertaintyMs: number
}

/**
 * The success replies to authorised Connection Requests, and the authorised requests over UDP, in the order of their
 * requests. Those during a session are left out: it is up to the ACS how long that lasts.
 */
export function successReplies(entries: readonly Entry[]): SuccessReply[] {
  const replies: SuccessReply[] = []
  const openSessions = new Set<number>()
  const sent = new Map<string, { sentAt: number; sentSeq: number; scenario: string | undefined }>()
  const firstCopies = new Map<number, SuccessReply>()
  const add = (
    transport: 'http' | 'xmpp',
    request: number,
    reply: Pick<SuccessReply, 'seq' | 'from' | 'uncertaintyMs'>,
  ) => {
    const written = sent.get(`${transport} ${request}`)
    if (written) replies.push({ transport, ...written, ...reply })
  }
  for (const [scenario, entry] of inScenarios(entries)) {
    const { seq } = entry
    if (entry.type === 'session-opened' && entry.ofDeviceUnderTest) openSessions.add(entry.session)
    else if (entry.type === 'session-ended') openSessions.delete(entry.session)
    else if (entry.type === 'udp-cr-sent') {
      const first = firstCopies.get(entry.request)
      // Any of the copies may be the one that arrived.
      if (first) first.uncertaintyMs = entry.at - first.sentAt
      else if (entry.authorised && openSessions.size === 0) {
        const { at } = entry
        const copy = { transport: 'udp' as const, scenario, sentAt: at, sentSeq: seq, from: at, seq, uncertaintyMs: 0 }
        firstCopies.set(entry.request, copy)
        replies.push(copy)
      }
    } else if (entry.type === 'http-cr-sent') {
      if (entry.authorised && entry.credentials === 'digest' && openSessions.size === 0)
        sent.set(`http ${entry.request}`, { sentAt: entry.at, sentSeq: seq, scenario })
    } else if (entry.type === 'http-cr-answered') {
      if (entry.status === 200 || entry.status === 204)
        add('http', entry.request, { seq, from: entry.lastByteAt, uncertaintyMs: entry.connectMs })
    } else if (entry.type === 'xmpp-cr-sent') {
      if (entry.authorised && entry.form === 'iq get' && openSessions.size === 0)
        sent.set(`xmpp ${entry.request}`, { sentAt: entry.at, sentSeq: seq, scenario })
    } else if (entry.type === 'xmpp-cr-answered') {
      // The way through the server and back cannot be longer than the answer took.
      if (entry.kind === 'result' && entry.nth === 1 && entry.answeredBy !== 'server')
        add('xmpp', entry.request, { seq, from: entry.receivedAt, uncertaintyMs: entry.receivedAt - entry.sentAt })
    }
  }
  return replies.sort((a, b) => a.sentSeq - b.sentSeq)
}
