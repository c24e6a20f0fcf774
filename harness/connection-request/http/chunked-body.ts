import type { ByteQueue, Line } from './byte-queue.ts'
import { RefusedResponse } from './refused-response.ts'
import type { NoteProblem } from './syntax-problems.ts'

const longestSizeLine = 4096
const longestTrailer = 64 * 1024
const carriageReturn = 0x0d
const lineFeed = 0x0a

/** Reads a chunked body (RFC 9112 7.1) as its bytes arrive. */
export interface ChunkedBody {
  /**
   * Takes what it can from the queue and hands body bytes to `onBytes`.
   * @returns `not-chunked` when what arrived is no chunk: the rest is then a body without framing
   */
  advance(queue: ByteQueue, onBytes: (bytes: Buffer) => void): 'more' | 'complete' | 'not-chunked'
  /** Whether the last chunk (size 0) has been read. */
  lastChunkSeen(): boolean
}

type Phase = 'size' | 'data' | 'data-end' | 'trailer' | 'complete' | 'not-chunked'

/** A reader for one chunked body of at most `maxBytes` bytes. */
export function createChunkedBody(maxBytes: number, note: NoteProblem): ChunkedBody {
  let phase: Phase = 'size'
  let remaining = 0
  let trailerBytes = 0

  function readSize(line: Line, onBytes: (bytes: Buffer) => void): Phase {
    const size = line.raw.length > longestSizeLine ? undefined : chunkSize(line.text, note)
    if (size === undefined) {
      onBytes(line.raw)
      return notChunked()
    }
    noteLineEnd(line)
    if (size > maxBytes) throw new RefusedResponse(`a chunk of ${size} bytes is longer than the ${maxBytes} bytes read`)
    remaining = size
    return size === 0 ? 'trailer' : 'data'
  }

  function notChunked(): Phase {
    note('bad-chunk-size', 'The body is announced as chunked but is not.')
    return 'not-chunked'
  }

  function noteLineEnd(line: Line) {
    if (line.ending === 'lf') note('lf-line-ends', 'Lines end with LF alone.')
  }

  function readTrailer(line: Line): Phase {
    noteLineEnd(line)
    trailerBytes += line.raw.length
    if (trailerBytes > longestTrailer) throw new RefusedResponse(`its trailer is longer than ${longestTrailer} bytes`)
    return line.text === '' ? 'complete' : 'trailer'
  }

  /** @returns the next phase, or undefined when more bytes are needed. */
  function step(queue: ByteQueue, onBytes: (bytes: Buffer) => void): Phase | undefined {
    switch (phase) {
      case 'size': {
        const line = queue.takeLine()
        if (line) return readSize(line, onBytes)
        return queue.length > longestSizeLine ? notChunked() : undefined
      }
      case 'data': {
        if (queue.length === 0) return undefined
        const bytes = queue.take(remaining)
        remaining -= bytes.length
        onBytes(bytes)
        return remaining === 0 ? 'data-end' : 'data'
      }
      case 'data-end':
        return afterChunk(queue)
      case 'trailer': {
        const line = queue.takeLine()
        if (line) return readTrailer(line)
        if (trailerBytes + queue.length > longestTrailer)
          throw new RefusedResponse(`its trailer is longer than ${longestTrailer} bytes`)
        return undefined
      }
      default:
        return undefined
    }
  }

  function afterChunk(queue: ByteQueue): Phase | undefined {
    const next = queue.peek()
    if (next === undefined) return undefined
    if (next === carriageReturn) {
      if (queue.length < 2) return undefined
      queue.take(1)
      if (queue.peek() === lineFeed) queue.take(1)
      return 'size'
    }
    if (next === lineFeed) {
      note('lf-line-ends', 'Lines end with LF alone.')
      queue.take(1)
    } else note('chunk-without-line-end', 'No line end follows the data of a chunk.')
    return 'size'
  }

  return {
    advance(queue, onBytes) {
      for (let next = step(queue, onBytes); next !== undefined; next = step(queue, onBytes)) phase = next
      return phase === 'complete' || phase === 'not-chunked' ? phase : 'more'
    },
    lastChunkSeen: () => phase === 'trailer' || phase === 'complete',
  }
}

function chunkSize(line: string, note: NoteProblem): number | undefined {
  const parts = /^([ \t]*)([0-9a-f]{1,12})([ \t]*)(;.*)?$/i.exec(line)
  if (!parts) return undefined
  if (parts[1] || (parts[3] && !parts[4])) note('odd-chunk-size', 'There is white space around a chunk size.')
  return Number.parseInt(parts[2] ?? '', 16)
}
