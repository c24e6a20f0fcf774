import type { IncomingMessage } from 'node:http'
import { longestEnvelope } from '../cwmp/read-xml.ts'

/** How much of a body that is too long is swallowed, so that the device gets to read the refusal. */
const mostSwallowed = 4 * longestEnvelope
/** More pieces than these are put together, because each costs more than a byte does. */
const mostPieces = 64

interface ReadBody {
  body: Buffer
  refused?: { status: 400 | 408 | 413; reason: string }
}

/** What makes the reading of a request end before its time. */
export interface Reading {
  /** Why no more of it is wanted; called at most once. */
  onFault(refuse: (refused: { status: 400 | 408; reason: string }) => void): void
  /** Why the connection was closed, where the ACS did it. */
  readonly closedFor: string | undefined
  /** The connection is given up. */
  giveUp(): void
}

/** Reads a body of at most 4 MB; never rejects. */
export function readBody(request: IncomingMessage, reading: Reading): Promise<ReadBody> {
  const pieces = createPieces()
  let length = 0
  return new Promise(resolve => {
    const finish = (refused?: ReadBody['refused']) =>
      resolve({ body: pieces.joined(), ...(refused === undefined ? {} : { refused }) })
    reading.onFault(finish)
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= longestEnvelope) pieces.add(chunk)
      else if (length > mostSwallowed) reading.giveUp()
    })
    request.on('end', () => finish(length > longestEnvelope ? tooLong(length) : undefined))
    request.on('error', () => undefined)
    request.on('close', () => {
      if (length > mostSwallowed) finish(tooLong(length))
      else
        finish({
          status: 400,
          reason: reading.closedFor ?? 'The connection closed before the request was complete.',
        })
    })
  })
}

/** The refusal of a body that announces more than is read; `undefined` where it does not. */
export function announcedTooLong({ headers }: IncomingMessage): ReadBody['refused'] {
  const length = Number(headers['content-length'] ?? 0)
  return length > longestEnvelope ? tooLong(length) : undefined
}

const tooLong = (length: number) =>
  ({ status: 413, reason: `The body has ${length} bytes; at most ${longestEnvelope} are read.` }) as const

/** Bytes in the pieces in which they came; many small ones are put together as they come. */
function createPieces() {
  let pieces: Buffer[] = []
  let store = Buffer.alloc(0)
  let stored = 0
  const putTogether = () => {
    const more = pieces.reduce((sum, { length }) => sum + length, 0)
    if (stored + more > store.length) {
      const larger = Buffer.alloc(Math.max(2 * store.length, stored + more))
      store.copy(larger, 0, 0, stored)
      store = larger
    }
    for (const piece of pieces) stored += piece.copy(store, stored)
    pieces = []
  }
  return {
    add(piece: Buffer) {
      pieces.push(piece)
      if (pieces.length > mostPieces) putTogether()
    },
    joined(): Buffer {
      return stored === 0 ? Buffer.concat(pieces) : Buffer.concat([store.subarray(0, stored), ...pieces])
    },
  }
}
