import type { Entry } from './entry.ts'
import { entriesOf, timelineOf } from './timeline.ts'

/** Numbers of entries that are missing between those that are there. */
export interface Gap {
  from: number
  to: number
}

/**
 * Where entries of a run are missing: it numbered them without a gap, so the file was damaged since. A capture of a run
 * shows no more than what its packets and comments hold, and is whole all the same.
 */
export function gapsIn(entries: readonly Entry[]): Gap[] {
  return isOfCapture(entries) ? [] : missingBetween(entries)
}

/** Whether the entries come from a capture. */
export const isOfCapture = (entries: readonly Entry[]): boolean =>
  entriesOf(timelineOf(entries), 'run-started')[0]?.captured !== undefined

/** The numbers that are missing in a stretch of a run. */
export function missingBetween(entries: readonly Entry[]): Gap[] {
  const gaps: Gap[] = []
  for (let index = 1; index < entries.length; index++) {
    const before = (entries[index - 1] as Entry).seq
    const { seq } = entries[index] as Entry
    if (seq > before + 1) gaps.push({ from: before + 1, to: seq - 1 })
  }
  return gaps
}

/** `Entry 304 is missing from the timeline.` */
export const gapText = ({ from, to }: Gap): string =>
  from === to ? `Entry ${from} is missing from the timeline` : `Entries ${from} to ${to} are missing from the timeline`
