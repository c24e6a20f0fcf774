import type { Milliseconds } from '../clock/clock.ts'
import {
  createResponseReader,
  type ReadResponse,
  type ResponseReader,
} from '../connection-request/http/response-reader.ts'
import { bodyOf } from '../timeline/body.ts'
import type { HttpExchange } from './http-exchange.ts'
import { createHttpRequestReader, type ReadRequest } from './http-request-reader.ts'
import type { Side } from './connection.ts'

/** What is said on a connection, read as it comes. */
export interface Conversation {
  bytes(from: Side, bytes: Buffer, at: Milliseconds): void
  /** Bytes are missing from the capture. */
  gap(from: Side, at: Milliseconds): void
  /** One side sends no more. */
  ended(from: Side, at: Milliseconds): void
  /** Nothing more comes. */
  closed(how: 'close' | 'reset', at: Milliseconds): void
}

/** Who makes sense of the messages of an HTTP connection. */
export interface HttpListener {
  /** A request is complete. @returns its exchange */
  request(request: ReadRequest): HttpExchange
  /** Its answer is complete. */
  answered(exchange: HttpExchange, response: ReadResponse, times: AnswerTimes): void
  /** There is no answer that can be read. */
  failed(
    exchange: HttpExchange,
    reason: 'malformed' | 'closed' | 'reset',
    detail: string,
    received: Buffer,
    at: Milliseconds,
  ): void
}

export interface AnswerTimes {
  firstByteAt: Milliseconds
  lastByteAt: Milliseconds
  at: Milliseconds
}

const keptOfUnreadable = 64 * 1024
/** Requests that wait for their answers. */
const mostOutstanding = 1000

interface Outstanding {
  exchange: HttpExchange
  reader: ResponseReader
  received: Buffer[]
  receivedBytes: number
  firstByteAt: Milliseconds
  lastByteAt: Milliseconds
}

/** Reads requests and pairs them with their answers. RFC 9112 */
export function createHttpConversation(listener: HttpListener): Conversation {
  const outstanding: Outstanding[] = []
  /** Whether the answers are read; if not, the next that begins like one is. */
  let answersInStep = true

  const requests = createHttpRequestReader(request => {
    const exchange = listener.request(request)
    if (outstanding.length >= mostOutstanding) outstanding.shift()
    outstanding.push({
      exchange,
      reader: createResponseReader({ method: request.method }),
      ...{ received: [], receivedBytes: 0, firstByteAt: 0, lastByteAt: 0 },
    })
  })

  /** @returns whether the exchange is over */
  const conclude = (asked: Outstanding, at: Milliseconds): boolean => {
    const { progress } = asked.reader
    if (progress.state !== 'complete' && progress.state !== 'malformed') return false
    outstanding.shift()
    const { exchange, firstByteAt, lastByteAt } = asked
    if (progress.state === 'complete') listener.answered(exchange, progress.response, { firstByteAt, lastByteAt, at })
    else {
      answersInStep = false
      listener.failed(exchange, 'malformed', `The answer cannot be read: ${progress.detail}.`, bytesOf(asked), at)
    }
    return true
  }

  const take = (asked: Outstanding, bytes: Buffer, at: Milliseconds) => {
    if (asked.receivedBytes === 0) asked.firstByteAt = at
    asked.lastByteAt = at
    if (asked.receivedBytes < keptOfUnreadable) asked.received.push(bytes)
    asked.receivedBytes += bytes.length
    asked.reader.push(bytes)
  }

  const answerBytes = (bytes: Buffer, at: Milliseconds) => {
    if (!answersInStep) {
      if (!/^HTTP\/\d/i.test(bytes.toString('latin1', 0, 8))) return
      answersInStep = true
    }
    for (let begin = 0; begin < bytes.length; ) {
      const [asked] = outstanding
      if (asked === undefined) return
      const end = outstanding.length === 1 ? bytes.length : nextPiece(asked, bytes, begin)
      take(asked, bytes.subarray(begin, end), at)
      begin = end
      conclude(asked, at)
    }
  }

  const lose = (reason: 'closed' | 'reset', detail: string, at: Milliseconds) => {
    for (let [asked] = outstanding; asked !== undefined; [asked] = outstanding) {
      if (asked.receivedBytes > 0) {
        asked.reader.end('close')
        if (conclude(asked, at)) continue
      }
      outstanding.shift()
      listener.failed(asked.exchange, reason, detail, bytesOf(asked), at)
    }
  }

  return {
    bytes(from, bytes, at) {
      if (from === 'client') requests.push(bytes, at)
      else answerBytes(bytes, at)
    },
    gap(from, at) {
      if (from === 'client') return requests.skip()
      answersInStep = false
      const [asked] = outstanding
      if (asked === undefined || asked.receivedBytes === 0) return
      outstanding.shift()
      listener.failed(asked.exchange, 'malformed', 'A part of the answer is not in the capture.', bytesOf(asked), at)
    },
    ended(from, at) {
      if (from === 'server') lose('closed', 'The connection was closed without an answer.', at)
    },
    closed(how, at) {
      lose(
        how === 'reset' ? 'reset' : 'closed',
        `The connection was ${how === 'reset' ? 'reset' : 'closed'} before an answer.`,
        at,
      )
    },
  }
}

/** Where one answer ends and the next begins in the same bytes only the reader can tell: it gets them bit by bit. */
function nextPiece({ reader }: Outstanding, bytes: Buffer, begin: number): number {
  if (reader.progress.state !== 'head') return begin + 1
  const lineEnd = bytes.indexOf(0x0a, begin)
  return lineEnd < 0 ? bytes.length : lineEnd + 1
}

const bytesOf = ({ received }: Outstanding) => Buffer.concat(received).subarray(0, keptOfUnreadable)

/** A short body as it is kept. */
export const keptBody = (bytes: Buffer, most: number) =>
  bytes.length <= most
    ? bodyOf(bytes)
    : { ...bodyOf(bytes.subarray(0, most)), length: bytes.length, cut: bytes.length - most }
