import { closeSync, openSync, readSync } from 'node:fs'
import type { Entry } from '../../harness/timeline/entry.ts'

const lineEnd = 0x0a
const readAtOnce = 256 * 1024
/** A longer line was not written by us. */
const longestLine = 16 * 1024 * 1024

/**
 * The entries of a `timeline.jsonl`, read piece by piece, so that its size does not matter. Lines that are no entries
 * are left out: whoever judges the timeline names them.
 * @throws NodeJS.ErrnoException when it cannot be read
 */
export function* timelineEntries(path: string): Generator<Entry> {
  for (const line of linesOf(path)) {
    const entry = line.length > longestLine ? undefined : parsed(line)
    if (entry !== undefined) yield entry
  }
}

function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r')
  try {
    let pieces: Buffer[] = []
    for (;;) {
      const buffer = Buffer.alloc(readAtOnce)
      const bytes = buffer.subarray(0, readSync(file, buffer, 0, buffer.length, null))
      if (bytes.length === 0) break
      let begin = 0
      for (let end = bytes.indexOf(lineEnd); end !== -1; end = bytes.indexOf(lineEnd, begin)) {
        yield Buffer.concat([...pieces, bytes.subarray(begin, end)]).toString('utf8')
        pieces = []
        begin = end + 1
      }
      pieces.push(bytes.subarray(begin))
    }
    yield Buffer.concat(pieces).toString('utf8')
  } finally {
    closeSync(file)
  }
}

function parsed(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (value === null || typeof value !== 'object') return undefined
    const { seq, at, type } = value as Partial<Entry>
    return Number.isSafeInteger(seq) && Number.isFinite(at) && typeof type === 'string' ? (value as Entry) : undefined
  } catch {
    return undefined
  }
}
