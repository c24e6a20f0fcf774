import type { Milliseconds } from '../clock/clock.ts'
import type { Entry, EntryType } from '../timeline/entry.ts'
import { isShownByPackets } from '../timeline/entry-comment.ts'

/** Times of a packet and of its comment differ by so much at most: packets count in nanoseconds. */
const roundingMs: Milliseconds = 0.001

/**
 * The entries of the run of which a capture was made: what the packets show is taken from them, the rest from the
 * comments. What the packets should show and do not, as after damage, is left out.
 * @param read what the packets alone gave
 * @param told what the comments gave
 */
export function withOwnEntries(read: readonly Entry[], told: readonly Entry[]): Entry[] {
  const captured = read.find(entry => entry.type === 'run-started')?.captured
  const startedAt = told.find(({ type }) => type === 'run-started')?.at ?? 0
  const shown = byType(read)
  const entries: Entry[] = []
  for (const entry of told.toSorted((a, b) => a.seq - b.seq)) {
    if (entry.seq === entries.at(-1)?.seq) continue
    if (entry.type === 'run-started') entries.push({ ...entry, ...(captured === undefined ? {} : { captured }) })
    else if (!isShownByPackets(entry)) entries.push(entry)
    else {
      const from = entry.type === 'http-cr-answered' ? Math.min(entry.at, entry.lastByteAt) : entry.at
      const seen = shown.get(entry.type)?.take({ from: from - startedAt, to: entry.at - startedAt })
      if (seen !== undefined) entries.push({ ...seen, ...entry } as Entry)
    }
  }
  const last = entries.at(-1)?.seq ?? 0
  const remarks = read.filter(({ type }) => type === 'capture-remark')
  return [
    ...entries,
    ...remarks.map((remark, index) => ({ ...remark, seq: last + index + 1, at: entries.at(-1)?.at ?? 0 })),
  ]
}

/** Entries of one type, which are taken out in their order. */
interface InOrder {
  /** The next one of that time; those before it are passed over. */
  take(time: { from: Milliseconds; to: Milliseconds }): Entry | undefined
}

function byType(entries: readonly Entry[]): Map<EntryType, InOrder> {
  const lists = new Map<EntryType, Entry[]>()
  for (const entry of entries) {
    const list = lists.get(entry.type)
    if (list === undefined) lists.set(entry.type, [entry])
    else list.push(entry)
  }
  return new Map([...lists].map(([type, list]) => [type, inOrder(list)]))
}

function inOrder(entries: readonly Entry[]): InOrder {
  let next = 0
  return {
    take({ from, to }) {
      while ((entries[next]?.at ?? Infinity) < from - roundingMs) next++
      const entry = entries[next]
      if (entry === undefined || entry.at > to + roundingMs) return undefined
      next++
      return entry
    },
  }
}
