import { closeSync, openSync, writeSync } from 'node:fs'
import type { Entry } from './entry.ts'
import { linesOf, longestLine } from './lines.ts'

/** The timeline file inside a run directory. */
export const timelineFileName = 'timeline.jsonl'

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
export const readTimelineFile = (path: string): ParsedTimeline => parseLines(linesOf(path))

/** The entries in the text of a `timeline.jsonl`, see `readTimelineFile`. */
export const parseTimeline = (text: string): ParsedTimeline => parseLines(text.split('\n'))

interface ParsedTimeline {
  entries: Entry[]
  problems: string[]
}

function parseLines(lines: Iterable<string | undefined>): ParsedTimeline {
  const entries: Entry[] = []
  const problems: string[] = []
  let number = 0
  let last = 0
  /** Said only when another line follows. */
  let torn: string | undefined
  for (const line of lines) {
    number += 1
    if (torn !== undefined) problems.push(torn)
    torn = undefined
    if (line === '') continue
    const entry = parseEntry(line)
    if (entry === undefined || entry.seq <= last) {
      torn = `Line ${number} is no entry of a timeline, or not in order.`
      continue
    }
    if (entry.seq > last + 1)
      problems.push(`Entries ${last + 1} to ${entry.seq - 1} are missing before line ${number}.`)
    last = entry.seq
    entries.push(entry)
  }
  return { entries, problems }
}

/** The entry that a line holds; `undefined` where it holds none, or is too long to have been written by us. */
export function parseEntry(line: string | undefined): Entry | undefined {
  if (line === undefined || line.length > longestLine) return undefined
  try {
    const value: unknown = JSON.parse(line)
    if (value === null || typeof value !== 'object') return undefined
    const { seq, at, type } = value as Partial<Entry>
    return Number.isSafeInteger(seq) && Number.isFinite(at) && typeof type === 'string' ? (value as Entry) : undefined
  } catch {
    return undefined
  }
}
