import type { Milliseconds } from '../clock/clock.ts'
import type { ReadResponse } from '../connection-request/http/response-reader.ts'
import type { Body, HeaderList } from '../timeline/entry.ts'

/** A request and its answer as they stand in the capture. */
export interface HttpExchange {
  number: number
  method: string
  target: string
  httpVersion: string
  headers: HeaderList
  /** All of the request as it came, cut where it is long; without what a CWMP message holds. */
  raw: Body
  firstByteAt: Milliseconds
  lastByteAt: Milliseconds
  order: number
  answer?: {
    response: Omit<ReadResponse, 'body'> & { body: Body }
    firstByteAt: Milliseconds
    lastByteAt: Milliseconds
    /** When it was clear that it is complete. */
    at: Milliseconds
    order: number
  }
  /** Why there is none that can be read. */
  failure?: {
    reason: 'malformed' | 'closed' | 'reset'
    detail: string
    received?: Body
    at: Milliseconds
    order: number
  }
}

/** All values of a header field, whatever the spelling of its name. */
export const headerValues = (headers: HeaderList, name: string): string[] =>
  headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value)
