import type { EntryOf } from './entry.ts'
import { entriesOf, type Timeline } from './timeline.ts'

/** One HTTP request of ours to the device with what became of it. */
export interface HttpRequest {
  sent: EntryOf<'http-cr-sent'> | undefined
  answer: EntryOf<'http-cr-answered'> | undefined
  silence: EntryOf<'http-cr-unanswered'> | undefined
  label: string
  /** The entry a finding cites: the outcome, or the request where nothing came of it yet. */
  seq: number
}

/** Every request of this stretch, in the order in which they were written, or failed where they never were. */
export function httpRequests(timeline: Timeline): HttpRequest[] {
  const answers = new Map(entriesOf(timeline, 'http-cr-answered').map(entry => [entry.request, entry]))
  const silences = new Map(entriesOf(timeline, 'http-cr-unanswered').map(entry => [entry.request, entry]))
  const sent = new Map(entriesOf(timeline, 'http-cr-sent').map(entry => [entry.request, entry]))
  const requests = new Set([...sent.keys(), ...answers.keys(), ...silences.keys()])
  const found = [...requests].map(request => {
    const written = sent.get(request)
    const answer = answers.get(request)
    const silence = silences.get(request)
    return {
      sent: written,
      answer,
      silence,
      label: written?.label ?? 'a request that could not be sent',
      seq: (answer ?? silence ?? written)?.seq ?? 0,
    }
  })
  return found.sort((a, b) => (a.sent?.seq ?? a.seq) - (b.sent?.seq ?? b.seq))
}

/** Requests that carried the right Digest credentials, by their final leg. */
export function authorisedRequests(timeline: Timeline): HttpRequest[] {
  return httpRequests(timeline).filter(
    request => request.sent?.authorised === true && request.sent.credentials === 'digest',
  )
}

/** 200 or 204, the success replies of TR-069 3.2.2.2. */
export const isSuccess = (request: HttpRequest) =>
  request.answer !== undefined && (request.answer.status === 200 || request.answer.status === 204)

/** "503 Service Unavailable", "no answer: the connection was reset" */
export function outcomeOf(request: HttpRequest): string {
  if (request.answer) return `${request.answer.status} ${request.answer.reason}`.trim()
  return request.silence ? `no answer: ${request.silence.detail}` : 'no outcome recorded'
}

/**
 * What requests with that label came to: the authenticated request, or the unauthenticated one where no challenge
 * followed from it (a 503 before authentication, an acceptance without any).
 */
export function finalRequests(timeline: Timeline, label: string): HttpRequest[] {
  return httpRequests(timeline).filter(
    request =>
      request.label === label &&
      (request.sent?.credentials !== 'none' || (request.answer ?? { status: 401 }).status !== 401),
  )
}

/** The requests with that label that carried credentials; the one without any where no challenge came. */
export function requestsLabelled(timeline: Timeline, label: string): HttpRequest[] {
  const all = httpRequests(timeline).filter(request => request.label === label)
  const authenticated = all.filter(request => request.sent?.credentials !== 'none')
  return authenticated.length > 0 ? authenticated : all
}
