import type { Entry, EntryOf, EntryType } from './entry.ts'

/** A read-only stretch of what happened, in order. Judges see nothing else. */
export interface Timeline {
  readonly entries: readonly Entry[]
}

export const timelineOf = (entries: readonly Entry[]): Timeline => ({ entries })

/** All entries of one type, in order. */
export function entriesOf<T extends EntryType>(timeline: Timeline, type: T): EntryOf<T>[] {
  return timeline.entries.filter((entry): entry is EntryOf<T> => entry.type === type)
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

function markIndex(timeline: Timeline, name: string, from = 0): number {
  return timeline.entries.findIndex((entry, index) => index >= from && entry.type === 'mark' && entry.name === name)
}
