import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Entry } from './entry.ts'

/** The timeline file inside a run directory. */
export const timelineFileName = 'timeline.jsonl'

/** A longer line was not written by us. */
const longestLine = 16 * 1024 * 1024

/**
 * Opens `timeline.jsonl` for appending. Each entry is one line, handed to the operating system before `write`
 * returns, so that a killed process loses none.
 * @throws NodeJS.ErrnoException when the file already exists or cannot be written
 */
export function openTimelineFile(path: string): { write(entry: Entry): void; close(): void } {
  const file = openSync(path, 'ax', 0o600)
  return {
    write: entry => void writeSync(file, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(file),
  }
}

/**
 * Reads a timeline back. A torn last line (the process was killed while writing) is left out; any other line
 * that is no entry is named in `problems`, and so is a gap in the numbers.
 */
export function readTimelineFile(path: string): { entries: Entry[]; problems: string[] } {
  return parseTimeline(readFileSync(path, 'utf8'))
}

/** The entries in the text of a `timeline.jsonl`, see `readTimelineFile`. */
export function parseTimeline(text: string): { entries: Entry[]; problems: string[] } {
  const entries: Entry[] = []
  const problems: string[] = []
  const lines = text.split('\n')
  lines.forEach((line, index) => {
    if (line === '') return
    const entry = line.length > longestLine ? undefined : parseEntry(line)
    const last = entries.at(-1)?.seq ?? 0
    if (entry !== undefined && entry.seq > last) {
      if (entry.seq > last + 1)
        problems.push(`Entries ${last + 1} to ${entry.seq - 1} are missing before line ${index + 1}.`)
      entries.push(entry)
      return
    }
    if (index < lines.length - 1) problems.push(`Line ${index + 1} is no entry of a timeline, or not in order.`)
  })
  return { entries, problems }
}

function parseEntry(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (value === null || typeof value !== 'object') return undefined
    const { seq, at, type } = value as Partial<Entry>
    return Number.isSafeInteger(seq) && Number.isFinite(at) && typeof type === 'string' ? (value as Entry) : undefined
  } catch {
    return undefined
  }
}
