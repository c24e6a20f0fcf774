import type { Milliseconds } from '../clock/clock.ts'
import { type BodyFraming, framingOf } from '../connection-request/http/body-framing.ts'
import { type ByteQueue, createByteQueue } from '../connection-request/http/byte-queue.ts'
import { type ChunkedBody, createChunkedBody } from '../connection-request/http/chunked-body.ts'
import { RefusedResponse } from '../connection-request/http/refused-response.ts'
import { addHeaderLine } from '../connection-request/http/response-head.ts'
import { longestEnvelope } from '../cwmp/read-xml.ts'
import type { HeaderList } from '../timeline/entry.ts'

/** A request as it was read, complete with its body. RFC 9112 */
export interface ReadRequest {
  method: string
  target: string
  httpVersion: string
  headers: HeaderList
  body: Buffer
  /** All of it as it came, cut where it is long. */
  raw: Buffer
  /** Of them the head. */
  headBytes: number
  firstByteAt: Milliseconds
  lastByteAt: Milliseconds
}

/** Reads the requests of one connection, one after another. */
export interface HttpRequestReader {
  push(bytes: Buffer, at: Milliseconds): void
  /** Bytes are missing: what was begun is lost, and reading goes on where a request begins. */
  skip(): void
}

const longestHead = 64 * 1024
const keptRaw = 64 * 1024

/** How a request begins. A connection that does not begin so is none of HTTP. */
export const requestLine = /^([A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,31}) (\S{1,16384}) HTTP\/(\d(?:\.\d)?)[ \t]*$/
export const requestBegin = /^\s{0,4}[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]{0,31}(?:$| $| \S)/

interface Begun {
  method: string
  target: string
  httpVersion: string
  headers: HeaderList
  headBytes: number
  body: Buffer[]
  bodyBytes: number
  framing?: BodyFraming
  chunked?: ChunkedBody
}

/** @param onRequest is handed each complete request */
export function createHttpRequestReader(onRequest: (request: ReadRequest) => void): HttpRequestReader {
  let queue: ByteQueue = createByteQueue()
  let inStep = false
  let isLost = false
  let begun: Begun | undefined
  let raw: Buffer[] = []
  let rawBytes = 0
  let firstByteAt = 0
  let lastByteAt = 0

  const keepRaw = (bytes: Buffer) => {
    if (rawBytes < keptRaw) raw.push(bytes.subarray(0, keptRaw - rawBytes))
    rawBytes += bytes.length
  }

  const lose = () => {
    inStep = false
    isLost = true
    begun = undefined
    queue = createByteQueue()
    raw = []
    rawBytes = 0
  }

  const complete = (request: Begun) => {
    const { method, target, httpVersion, headers, headBytes, body } = request
    const read = { body: Buffer.concat(body), raw: Buffer.concat(raw), firstByteAt, lastByteAt }
    begun = undefined
    raw = []
    rawBytes = 0
    // What is left came with the last piece.
    firstByteAt = lastByteAt
    onRequest({ method, target, httpVersion, headers, headBytes, ...read })
  }

  /** @returns whether there is more to do with what has come */
  const readHeadLine = (): boolean => {
    const line = queue.takeLine()
    if (line === undefined) {
      if ((begun?.headBytes ?? 0) + queue.length > longestHead) lose()
      return false
    }
    if (begun === undefined && line.text === '') return true
    keepRaw(line.raw)
    if (begun === undefined) {
      const [, method, target, httpVersion] = requestLine.exec(line.text) ?? []
      if (method === undefined || target === undefined || httpVersion === undefined) {
        lose()
        return false
      }
      begun = { method, target, httpVersion, headers: [], headBytes: line.raw.length, body: [], bodyBytes: 0 }
      return true
    }
    begun.headBytes += line.raw.length
    if (begun.headBytes > longestHead) {
      lose()
      return false
    }
    if (line.text !== '') addHeaderLine(begun.headers, line.text, () => undefined)
    else endHead(begun)
    return inStep
  }

  const endHead = (request: Begun) => {
    const announced = framingOf({ ...request, status: 200, reason: '' }, request.method, () => undefined)
    // A request without a length has no body. RFC 9112 6.3
    const framing: BodyFraming = announced.kind === 'until-close' ? { kind: 'none' } : announced
    request.framing = framing
    if (framing.kind === 'chunked') request.chunked = createChunkedBody(longestEnvelope, () => undefined)
    if (framing.kind === 'none' || (framing.kind === 'content-length' && framing.length === 0)) complete(request)
    else if (framing.kind === 'content-length' && framing.length > 4 * longestEnvelope) lose()
  }

  const addBody = (request: Begun, bytes: Buffer) => {
    request.bodyBytes += bytes.length
    keepRaw(bytes)
    if (request.bodyBytes <= longestEnvelope) request.body.push(bytes)
  }

  /** @returns whether there is more to do with what has come */
  const readBody = (request: Begun): boolean => {
    const { framing, chunked } = request
    if (framing?.kind === 'content-length') {
      addBody(request, queue.take(framing.length - request.bodyBytes))
      if (request.bodyBytes < framing.length) return false
      complete(request)
      return true
    }
    const state = chunked?.advance(queue, bytes => addBody(request, bytes))
    if (state === 'complete') complete(request)
    else if (state === 'not-chunked' || request.bodyBytes > 4 * longestEnvelope) lose()
    return state === 'complete'
  }

  return {
    push(bytes, at) {
      if (!inStep) {
        // After a gap a body may go on that has words in it, too.
        if (isLost && !/^[A-Za-z]{1,32} (?:\/|\*|https?:)/i.test(bytes.toString('latin1', 0, 64))) return
        inStep = true
      }
      lastByteAt = at
      if (begun === undefined && queue.length === 0) firstByteAt = at
      queue.push(bytes)
      try {
        let more = true
        while (more && queue.length > 0) more = begun?.framing === undefined ? readHeadLine() : readBody(begun)
      } catch (error) {
        if (!(error instanceof RefusedResponse)) throw error
        lose()
      }
    },
    skip: lose,
  }
}
