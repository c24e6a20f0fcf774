import { gunzipSync, inflateSync } from 'node:zlib'
import type { ReadResponse } from '../connection-request/http/response-reader.ts'
import { longestEnvelope } from '../cwmp/read-xml.ts'
import { bodyOf } from '../timeline/body.ts'
import type { Body, HeaderList, SyntaxProblem } from '../timeline/entry.ts'
import type { CapturedConnection } from './connection.ts'
import type { CwmpMessage } from './cwmp-message.ts'
import type { Drafts } from './draft.ts'
import { type AnswerTimes, type HttpListener, keptBody } from './http-conversation.ts'
import { headerValues, type HttpExchange } from './http-exchange.ts'
import type { ReadRequest } from './http-request-reader.ts'
import type { CapturedSessions } from './sessions.ts'

/** Of bodies that are none of CWMP so much is kept; a Connection Request and its answer have next to none. */
const keptOfOther = 4096
/** Exchanges that are kept of one connection whose client posts nothing to an ACS. */
const mostExchanges = 10_000

/** What keeps the memory bounded that bodies take. */
export interface BodyBudget {
  /** The body, or only its length where there is no room left. */
  keep(bytes: Buffer): Body
  /** Bodies of which only the length is kept. */
  readonly leftOut: number
}

export function createBodyBudget(bytes: number): BodyBudget {
  let left = bytes
  let leftOut = 0
  return {
    keep(body) {
      if (body.length > left) {
        leftOut++
        return { text: '', length: body.length, cut: body.length }
      }
      left -= body.length
      return bodyOf(body)
    },
    get leftOut() {
      return leftOut
    },
  }
}

/** What the listeners of all connections share. */
export interface HttpListenerOptions {
  drafts: Drafts
  sessions: CapturedSessions
  bodies: BodyBudget
  read: (body: Buffer) => CwmpMessage
  /** Headers as they are kept. */
  keep: (headers: HeaderList) => HeaderList
  nextExchange: () => number
}

/** Makes sense of the HTTP messages of one connection: every one may be of a device to its ACS, or a Connection Request. */
export function createHttpListener(
  connection: CapturedConnection,
  { drafts, sessions, bodies, read: readMessage, keep, nextExchange }: HttpListenerOptions,
): HttpListener {
  const note = (...of: Parameters<Drafts['make']>) => {
    const draft = drafts.make(...of)
    if (draft !== undefined) connection.acsDrafts.push(draft)
  }

  const request = (read: ReadRequest): HttpExchange => {
    const posts = read.method.toUpperCase() === 'POST'
    const body = decoded(read.headers, read.body)
    const message = posts ? readMessage(body) : undefined
    const isCwmp = message?.kind === 'envelope'
    const { method, target, httpVersion, firstByteAt, lastByteAt } = read
    const headers = keep(read.headers)
    const exchange: HttpExchange = {
      number: nextExchange(),
      ...{ method, target, httpVersion, headers, firstByteAt, lastByteAt, order: drafts.nextOrder() },
      raw: isCwmp
        ? { text: '', length: read.raw.length, cut: read.raw.length }
        : keptBody(read.raw, keptOfOther + read.headBytes),
    }
    if (connection.exchanges.length < mostExchanges) connection.exchanges.push(exchange)
    note(
      {
        type: 'http-received',
        ...{ connection: connection.number, exchange: exchange.number, firstByteAt },
        ...{ method, target, httpVersion, headers },
        body: isCwmp ? bodies.keep(body) : keptBody(body, keptOfOther),
        problems: requestProblems(httpVersion, headers),
      },
      lastByteAt,
    )
    if (message !== undefined) sessions.request(exchange, connection, message)
    return exchange
  }

  const answered = (exchange: HttpExchange, response: ReadResponse, { firstByteAt, lastByteAt, at }: AnswerTimes) => {
    const body = decoded(response.headers, response.body)
    const posted = exchange.method.toUpperCase() === 'POST'
    const message = posted ? readMessage(body) : { kind: 'empty' as const }
    const kept = message.kind === 'envelope' ? bodies.keep(body) : keptBody(body, keptOfOther)
    const order = drafts.nextOrder()
    const { body: _, ...head } = response
    exchange.answer = {
      response: { ...head, headers: keep(head.headers), body: kept },
      ...{ firstByteAt, lastByteAt, at, order },
    }
    const { status, headers } = exchange.answer.response
    sessions.answer(exchange, connection, message, session =>
      note(
        {
          type: 'http-sent',
          ...{ connection: connection.number, exchange: exchange.number },
          ...(session === undefined ? {} : { session }),
          ...{ status, headers, body: kept },
        },
        at,
      ),
    )
  }

  return {
    request,
    answered,
    failed(exchange, reason, detail, received, at) {
      exchange.failure = {
        ...{ reason, detail, at, order: drafts.nextOrder() },
        ...(received.length === 0 ? {} : { received: keptBody(received, keptOfOther) }),
      }
    },
  }
}

/** A body without its Content-Encoding, where that can be undone. */
function decoded(headers: HeaderList, body: Buffer): Buffer {
  const coding = headerValues(headers, 'content-encoding').at(-1)?.trim().toLowerCase()
  if (coding === undefined || body.length === 0) return body
  try {
    if (coding === 'gzip' || coding === 'x-gzip') return gunzipSync(body, { maxOutputLength: longestEnvelope })
    if (coding === 'deflate') return inflateSync(body, { maxOutputLength: longestEnvelope })
  } catch {
    // What cannot be undone is shown as it came.
  }
  return body
}

function requestProblems(httpVersion: string, headers: HeaderList): SyntaxProblem[] {
  const has = (name: string) => headerValues(headers, name).length > 0
  const problems: SyntaxProblem[] = []
  if (!has('host') && httpVersion === '1.1')
    problems.push({ code: 'host-missing', text: 'The request has no Host header (RFC 9112 3.2).' })
  if (has('content-length') && has('transfer-encoding'))
    problems.push({ code: 'two-lengths', text: 'The request has both Content-Length and Transfer-Encoding.' })
  return problems
}
