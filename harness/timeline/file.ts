import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import type { Entry } from './entry.ts'
import { linesOf, longestLine } from './lines.ts'
import { TimelineUnwritable, whyNotWritten } from './unwritable.ts'

/** The timeline file inside a run directory. */
export const timelineFileName = 'timeline.jsonl'

/** A timeline on its way to the disk. */
interface TimelineFile {
  /** Keeps an entry; nothing any more once that failed, so that what is there has no gap. */
  write(entry: Entry): void
  /** Why entries are no longer kept. */
  readonly failure: TimelineUnwritable | undefined
  close(): void
}

const throwIt = (failure: TimelineUnwritable): void => {
  throw failure
}

/** Looked at so seldom, in entries, because it costs as much as writing one. */
const looksForFileEvery = 64

/**
 * Opens `timeline.jsonl` for appending. Each entry is one line, handed to the operating system before `write`
 * returns, so that a killed process loses none.
 * @param onFailure called once, when an entry could not be written: the disk is full, or the file was removed. By
 *   default it is thrown.
 * @throws NodeJS.ErrnoException when the file already exists or cannot be made
 */
export function openTimelineFile(path: string, onFailure = throwIt): TimelineFile {
  const file = openSync(path, 'ax', 0o600)
  let length = 0
  let failure: TimelineUnwritable | undefined
  const fail = (why: string) => {
    failure = new TimelineUnwritable(path, why)
    onFailure(failure)
  }
  return {
    write(entry) {
      if (failure !== undefined) return
      const line = Buffer.from(`${JSON.stringify(entry)}\n`)
      try {
        writeAll(file, line)
        length += line.length
      } catch (error) {
        cutTo(file, length)
        return fail(whyNotWritten(error as NodeJS.ErrnoException))
      }
      if (entry.seq % looksForFileEvery === 0 && fstatSync(file).nlink === 0) fail('it was removed')
    },
    get failure() {
      return failure
    },
    close: () => closeSync(file),
  }
}

/** A disk that fills up takes a part of what it is given, without an error, and nothing the next time. */
function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written)
}

/** Takes a torn line away: no space is needed for that. */
function cutTo(file: number, length: number): void {
  try {
    ftruncateSync(file, length)
  } catch {
    // A torn last line is left out by whoever reads it.
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
