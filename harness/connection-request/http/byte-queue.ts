/** One line as it came: its text without the line end (ISO-8859-1, so that no byte is lost), and all its bytes. */
export interface Line {
  text: string
  raw: Buffer
  ending: 'crlf' | 'lf'
}

/** Bytes that have arrived and are not yet understood. */
export interface ByteQueue {
  readonly length: number
  push(bytes: Uint8Array): void
  /** The next complete line, or undefined while its end has not arrived. */
  takeLine(): Line | undefined
  /** Up to `limit` bytes. */
  take(limit: number): Buffer
  peek(): number | undefined
}

const lineFeed = 0x0a

/** An empty queue. */
export function createByteQueue(): ByteQueue {
  let waiting = Buffer.alloc(0)
  let searched = 0

  const take = (limit: number): Buffer => {
    const taken = waiting.subarray(0, limit)
    waiting = waiting.subarray(taken.length)
    searched = 0
    return taken
  }

  return {
    get length() {
      return waiting.length
    },
    push(bytes) {
      waiting = waiting.length === 0 ? Buffer.from(bytes) : Buffer.concat([waiting, bytes])
    },
    takeLine() {
      const end = waiting.indexOf(lineFeed, searched)
      if (end < 0) {
        searched = waiting.length
        return undefined
      }
      const raw = take(end + 1)
      const text = raw.toString('latin1', 0, end)
      return text.endsWith('\r') ? { text: text.slice(0, -1), raw, ending: 'crlf' } : { text, raw, ending: 'lf' }
    },
    take,
    peek: () => waiting[0],
  }
}
