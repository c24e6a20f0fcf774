import type { EntryOf, HeaderList, SyntaxProblem } from '../../timeline/entry.ts'
import type { BodyEnd } from './response-reader.ts'

export type NoAnswerReason = EntryOf<'http-cr-unanswered'>['reason']

/** The device answered. All times are `clock.now()` in milliseconds. */
export interface Answer {
  kind: 'answer'
  /** The number of the `http-cr-answered` entry. */
  seq: number
  request: number
  httpVersion: string
  status: number
  reason: string
  headers: HeaderList
  /** The value of a header in any case, several joined by commas. */
  header(name: string): string | undefined
  body: Uint8Array
  bodyEnd: BodyEnd
  /** In the answer's syntax, its challenges included. */
  problems: SyntaxProblem[]
  /** When the request was written. */
  sentAt: number
  firstByteAt: number
  /** When the last byte of the answer arrived. It may be earlier than the answer's entry, see `bodyEnd`. */
  lastByteAt: number
  /** How long it took to open the connection: a lower bound of the round trip. */
  connectMs: number
  /** The device had closed the connection when the answer was complete. */
  closedByDevice: boolean
}

/** There was no answer, or nothing that could be read as one. */
export interface NoAnswer {
  kind: 'no-answer'
  /** The number of the `http-cr-unanswered` entry. */
  seq: number
  request: number
  reason: NoAnswerReason
  detail: string
}

export type Outcome = Answer | NoAnswer
