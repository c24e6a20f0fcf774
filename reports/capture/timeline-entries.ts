import type { Entry } from '../../harness/timeline/entry.ts'
import { parseEntry } from '../../harness/timeline/file.ts'
import { linesOf } from '../../harness/timeline/lines.ts'

/**
 * The entries of a `timeline.jsonl`, read piece by piece, so that its size does not matter. Lines that are no entries
 * are left out: whoever judges the timeline names them.
 * @throws NodeJS.ErrnoException when it cannot be read
 */
export function* timelineEntries(path: string): Generator<Entry> {
  for (const line of linesOf(path)) {
    const entry = parseEntry(line)
    if (entry !== undefined) yield entry
  }
}
