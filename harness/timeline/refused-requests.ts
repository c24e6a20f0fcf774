import type { EntryOf } from './entry.ts'
import type { Timeline } from './timeline.ts'

/** A request that our ACS turned away for its form: what it was meant to be is not known. */
export interface RefusedRequest {
  refusal: EntryOf<'http-refused'>
  /** `undefined` where not even its head could be read. */
  exchange: number | undefined
  /** Whether the device had an answer; where not, it may have broken off itself. */
  answered: boolean
}

/** The requests that the ACS refused. Those whose envelope alone was wrong are none: all else of them was read. */
export function refusedRequests({ entries }: Timeline): RefusedRequest[] {
  const unanswered = new Map<number, number>()
  const refused = new Map<number, RefusedRequest>()
  const unread: RefusedRequest[] = []
  for (const entry of entries) {
    if (entry.type === 'http-received') unanswered.set(entry.connection, entry.exchange)
    else if (entry.type === 'http-refused') {
      const exchange = unanswered.get(entry.connection)
      if (exchange !== undefined) refused.set(exchange, { refusal: entry, exchange, answered: false })
      else if (entry.raw.length > 0) unread.push({ refusal: entry, exchange, answered: true })
    } else if (entry.type === 'http-sent') {
      const request = refused.get(entry.exchange)
      if (request !== undefined && entry.status === statusOfWrongEnvelopes) refused.delete(entry.exchange)
      else if (request !== undefined) request.answered = true
      if (unanswered.get(entry.connection) === entry.exchange) unanswered.delete(entry.connection)
    }
  }
  return [...refused.values(), ...unread].toSorted((a, b) => a.refusal.seq - b.refusal.seq)
}

/** SOAP 1.1 6.2: a fault comes with it. */
const statusOfWrongEnvelopes = 500
