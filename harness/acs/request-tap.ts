import type { IncomingMessage } from 'node:http'
import type { Clock, Milliseconds } from '../clock/clock.ts'
import { createChunkFraming, type ChunkFraming } from './chunk-framing.ts'

export interface BegunRequest {
  firstByteAt: Milliseconds
  firstOnConnection: boolean
  /** Its first byte came before the request before it was answered. */
  pipelined: boolean
  /** The bytes of its head as latin1; `undefined` where it shared a stretch of bytes with the request before. */
  rawHead: string | undefined
  /** How its body is framed, where that is in chunks and could be followed. */
  framing: ChunkFraming | undefined
}

/** Follows the bytes of one connection, to know when each request began and whether it is framed as it should be. */
export interface RequestTap {
  /** A stretch of bytes arrived; call before it is parsed. */
  bytesArrived(bytes: Buffer): void
  /** The head of a request was parsed. */
  requestBegun(request: IncomingMessage): BegunRequest
  requestComplete(request: IncomingMessage): void
  /** The head of a request is there, its body not yet. */
  readonly receiving: boolean
  /** Some bytes of a request are there, but not all. */
  readonly isPartial: boolean
  /** How many requests wait for their answers. */
  readonly unanswered: number
  requestAnswered(): void
  /** Calls `tell` when the chunks of the request that is being received turn out to be wrong. */
  onFault(tell: (problem: string) => void): void
}

/** More pieces than these are put together. */
const mostPieces = 64

export function createRequestTap(clock: Clock): RequestTap {
  let count = 0
  let unanswered = 0
  let receiving = false
  let lastBytesAt = clock.now()
  let next: { firstByteAt: Milliseconds; pipelined: boolean } | undefined
  let head: Buffer[] = []
  let framing: ChunkFraming | undefined
  let current: IncomingMessage | undefined
  let tellFault: ((problem: string) => void) | undefined
  let fault: string | undefined

  const feed = (bytes: Buffer) => {
    fault = framing?.feed(bytes)
    if (fault === undefined) return
    framing = undefined
    tellFault?.(fault)
  }

  /** The head, and what follows it in the same stretch of bytes. */
  const takeHead = (): { raw: string; rest: Buffer } | undefined => {
    const bytes = head.length === 1 ? (head[0] as Buffer) : Buffer.concat(head)
    head = []
    if (next === undefined || next.pipelined) return undefined
    const end = endOfHead(bytes)
    // Empty lines before a request are no part of it (RFC 9112 2.2).
    return { raw: bytes.toString('latin1', 0, end).replace(/^[\r\n]+/, ''), rest: bytes.subarray(end) }
  }

  return {
    bytesArrived(bytes) {
      lastBytesAt = clock.now()
      if (receiving) return feed(bytes)
      if (next === undefined && isEmptyLine(bytes)) return
      next ??= { firstByteAt: lastBytesAt, pipelined: unanswered > 0 }
      head.push(bytes)
      if (head.length > mostPieces) head = [Buffer.concat(head)]
    },
    requestBegun(request) {
      const taken = takeHead()
      // A request that came in the same stretch of bytes as the one before it has no first stretch of its own.
      const begun = next ?? { firstByteAt: lastBytesAt, pipelined: unanswered > 0 }
      next = undefined
      receiving = true
      unanswered++
      current = request
      fault = undefined
      tellFault = undefined
      framing =
        taken !== undefined && request.headers['transfer-encoding'] !== undefined ? createChunkFraming() : undefined
      const followed = framing
      if (taken !== undefined) feed(taken.rest)
      return { ...begun, firstOnConnection: count++ === 0, rawHead: taken?.raw, framing: followed }
    },
    get receiving() {
      return receiving
    },
    get isPartial() {
      return next !== undefined || (current !== undefined && !current.complete)
    },
    get unanswered() {
      return unanswered
    },
    requestComplete(request) {
      // Another one may have been pipelined behind it.
      if (current !== request) return
      current = undefined
      receiving = false
      framing = undefined
    },
    requestAnswered() {
      unanswered--
    },
    onFault(tell) {
      tellFault = tell
      if (fault !== undefined) tell(fault)
    },
  }
}

/** Some clients end a body with an empty line that is no part of it. RFC 9112 2.2 */
const isEmptyLine = (bytes: Buffer) => bytes.length <= 4 && bytes.every(byte => byte === 10 || byte === 13)

/** Where the head ends: after the first empty line that is not at its very beginning. */
function endOfHead(bytes: Buffer): number {
  let from = 0
  while (bytes[from] === 10 || bytes[from] === 13) from++
  const strict = bytes.indexOf('\r\n\r\n', from)
  const bare = bytes.indexOf('\n\n', from)
  if (bare >= 0 && (strict < 0 || bare < strict)) return bare + 2
  return strict < 0 ? bytes.length : strict + 4
}
