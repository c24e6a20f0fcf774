import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Clock, Milliseconds } from '../harness/clock/clock.ts'
import type { Entry } from '../harness/timeline/entry.ts'

const lineEnd = 0x0a

export interface FollowOptions {
  clock: Clock
  onEntry: (entry: Entry) => void
  /** Called after each look at the file. */
  onLook?: () => void
  everyMs?: Milliseconds
  /** Ends the following, after a last look. */
  signal: AbortSignal
}

/**
 * Reads a `timeline.jsonl` as it grows, by looking at it every 100 ms; it need not be there yet. A line that has not
 * been written to its end waits for the rest. Resolves when the signal is aborted.
 */
export async function followTimeline(path: string, options: FollowOptions): Promise<void> {
  const { clock, onEntry, onLook, everyMs = 100, signal } = options
  let file: number | undefined
  let position = 0
  let unfinished = Buffer.alloc(0)
  const look = () => {
    if (file === undefined && existsSync(path)) file = openSync(path, 'r')
    if (file !== undefined) {
      const read = readFrom(file, position)
      position += read.length
      const bytes = Buffer.concat([unfinished, read])
      const end = bytes.lastIndexOf(lineEnd) + 1
      unfinished = Buffer.from(bytes.subarray(end))
      for (const entry of entriesIn(bytes.subarray(0, end).toString('utf8'))) onEntry(entry)
    }
    onLook?.()
  }
  try {
    while (!signal.aborted) {
      look()
      await clock.sleep(everyMs, signal).catch(() => undefined)
    }
    look()
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function readFrom(file: number, position: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, fstatSync(file).size - position))
  return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, position))
}

/** Lines that are no entries are left out: whoever judges reads the whole file and names them. */
function entriesIn(text: string): Entry[] {
  return text.split('\n').flatMap(line => {
    try {
      const value: unknown = JSON.parse(line)
      return value !== null && typeof value === 'object' && 'type' in value ? [value as Entry] : []
    } catch {
      return []
    }
  })
}
