import { appendFileSync, readFileSync, truncateSync } from 'node:fs'
import type { Entry, NewEntry } from '../harness/timeline/entry.ts'
import { parseTimeline } from '../harness/timeline/file.ts'
import type { Redactor } from '../harness/timeline/redactor.ts'

const lineEnd = 0x0a

/**
 * Adds entries at the end of a timeline whose writer has ended, timed like its last entry. A torn last line is taken
 * away first. Returns them as they stand there, redacted.
 */
export function appendEntries(path: string, added: readonly NewEntry[], redactor: Redactor): NewEntry[] {
  const bytes = readFileSync(path)
  const whole = bytes.lastIndexOf(lineEnd) + 1
  if (whole < bytes.length) truncateSync(path, whole)
  const { entries } = parseTimeline(bytes.subarray(0, whole).toString('utf8'))
  const at = entries.at(-1)?.at ?? 0
  const redacted = added.map(entry => redactor.redact(entry))
  const lines = redacted.map((entry, index) => {
    const complete = { seq: entries.length + 1 + index, at, ...entry } satisfies Partial<Entry>
    return `${JSON.stringify(complete)}\n`
  })
  appendFileSync(path, lines.join(''))
  return redacted
}
