import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Milliseconds } from '../clock/clock.ts'
import { bodyOf } from '../timeline/body.ts'
import type { HeaderList } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { Connection } from './connection.ts'
import { defer } from './deferred.ts'
import type { BegunRequest } from './request-tap.ts'

/** A request of the device, complete with its body, and the means to answer it once. */
export interface Exchange {
  readonly number: number
  readonly connection: Connection
  readonly method: string
  readonly target: string
  readonly firstByteAt: Milliseconds
  /** No other request came before it on its connection. */
  readonly firstOnConnection: boolean
  /** The target without its query. */
  readonly path: string
  readonly headers: HeaderList
  readonly body: Uint8Array
  /** Whether an answer was given, or can be given no more. */
  readonly over: boolean
  /** Resolves when the exchange is over. */
  readonly settled: Promise<void>
  /** Answers and puts the answer on the timeline; does nothing once the exchange is over. */
  answer(answer: Answer): void
}

export interface Answer {
  status: number
  /** Besides those of the body and of the connection. */
  headers?: HeaderList
  /** An envelope. */
  body?: string
  connection?: 'keep' | 'close'
  session?: number
  /** Why this answer, when it is not the ordinary one. */
  because?: string | undefined
}

export function createExchange(options: {
  number: number
  connection: Connection
  request: IncomingMessage
  response: ServerResponse
  body: Uint8Array
  begun: BegunRequest
  timeline: TimelineRecorder
}): Exchange {
  const { number, connection, request, response, body, begun, timeline } = options
  const target = request.url ?? ''
  let over = false
  const settled = defer<void>()
  const finish = () => {
    if (over) return
    over = true
    connection.requests.requestAnswered()
    settled.resolve()
  }
  response.once('close', finish)
  return {
    number,
    connection,
    method: request.method ?? '',
    target,
    firstByteAt: begun.firstByteAt,
    firstOnConnection: begun.firstOnConnection,
    path: pathOf(target),
    headers: headerListOf(request.rawHeaders),
    body,
    settled: settled.promise,
    get over() {
      return over || connection.closed
    },
    answer(answer) {
      if (over || connection.closed) return finish()
      const bytes = Buffer.from(answer.body ?? '')
      const closes = answer.connection === 'close' || !response.shouldKeepAlive
      const headers = [...(answer.headers ?? []), ...framing(answer, bytes.length, closes)]
      timeline.add({
        type: 'http-sent',
        connection: connection.number,
        exchange: number,
        ...(answer.session === undefined ? {} : { session: answer.session }),
        status: answer.status,
        headers,
        body: bodyOf(bytes),
        ...(answer.because === undefined ? {} : { because: answer.because }),
      })
      if (closes) connection.closingByAcs = true
      response.sendDate = false
      response.writeHead(answer.status, headers.flat())
      response.end(bytes)
      finish()
    },
  }
}

/** Node's flat list of raw headers as pairs. */
export function headerListOf(rawHeaders: readonly string[]): HeaderList {
  const list: HeaderList = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) list.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? ''])
  return list
}

/** All values of a header field, whatever the spelling of its name. */
export const headerValues = (headers: HeaderList, name: string): string[] =>
  headers.filter(([other]) => other.toLowerCase() === name.toLowerCase()).map(([, value]) => value)

function framing(answer: Answer, length: number, closes: boolean): HeaderList {
  const framing: HeaderList = []
  if (length > 0) framing.push(['Content-Type', 'text/xml; charset="utf-8"'])
  if (answer.status !== 204) framing.push(['Content-Length', String(length)])
  framing.push(['Connection', closes ? 'close' : 'keep-alive'])
  return framing
}

function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?]*/i, '').replace(/[?#].*$/s, '')
  return path === '' ? '/' : path
}
