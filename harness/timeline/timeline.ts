import type { Entry, EntryOf, EntryType } from './entry.ts'

/** A read-only stretch of what happened, in order. Judges see nothing else. */
export interface Timeline {
  readonly entries: readonly Entry[]
}

export const timelineOf = (entries: readonly Entry[]): Timeline => ({ entries })

/** All entries of one type, in order. */
export function entriesOf<T extends EntryType>({ entries }: Timeline, type: T): EntryOf<T>[] {
  if (entries.length < worthAnIndex) return entries.filter((entry): entry is EntryOf<T> => entry.type === type)
  return [...(indexOf(entries).get(type) ?? [])] as EntryOf<T>[]
}

/** Shorter stretches are looked through as fast as they are indexed. */
const worthAnIndex = 10_000

/** Entries by their types, as far as a list had grown. Entries are only ever added to a list, and none is changed. */
interface Index {
  byType: Map<EntryType, Entry[]>
  upTo: number
}

const indices = new WeakMap<readonly Entry[], Index>()

function indexOf(entries: readonly Entry[]): ReadonlyMap<EntryType, readonly Entry[]> {
  const index = indices.get(entries) ?? { byType: new Map<EntryType, Entry[]>(), upTo: 0 }
  indices.set(entries, index)
  for (; index.upTo < entries.length; index.upTo++) {
    const entry = entries[index.upTo] as Entry
    const known = index.byType.get(entry.type)
    if (known === undefined) index.byType.set(entry.type, [entry])
    else known.push(entry)
  }
  return index.byType
}

/** Entries after the mark `from` and before the mark `to` (both excluded); to the end when `to` is not there. */
export function between(timeline: Timeline, from: string, to?: string): Timeline {
  const start = markIndex(timeline, from)
  if (start < 0) return timelineOf([])
  const end = to === undefined ? -1 : markIndex(timeline, to, start + 1)
  return timelineOf(timeline.entries.slice(start + 1, end < 0 ? undefined : end))
}

/** The last mark of that name, if any. */
export function markNamed(timeline: Timeline, name: string): EntryOf<'mark'> | undefined {
  return entriesOf(timeline, 'mark').findLast(mark => mark.name === name)
}

/** Entries with numbers above `after` and below `before`, found without looking at all of them. */
export function strictlyBetween(timeline: Timeline, after: number, before = Number.POSITIVE_INFINITY): Timeline {
  return timelineOf(timeline.entries.slice(firstFrom(timeline, after + 1), firstFrom(timeline, before)))
}

/** Where the first entry stands whose number is at least `seq`: entries stand in the order of their numbers. */
function firstFrom({ entries }: Timeline, seq: number): number {
  let [from, to] = [0, entries.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((entries[middle]?.seq ?? 0) >= seq) to = middle
    else from = middle + 1
  }
  return from
}

function markIndex(timeline: Timeline, name: string, from = 0): number {
  return timeline.entries.findIndex((entry, index) => index >= from && entry.type === 'mark' && entry.name === name)
}
