import type { Milliseconds } from '../clock/clock.ts'
import type { Entry, NewEntry } from '../timeline/entry.ts'
import type { Draft } from './draft.ts'

/** Puts drafts in the order of their times between the first and the last entries, and gives all their numbers. */
export function numbered(options: {
  first: readonly NewEntry[]
  drafts: readonly Draft[]
  last: readonly NewEntry[]
  endedAt: Milliseconds
}): Entry[] {
  const { first, last, endedAt } = options
  const drafts = options.drafts.toSorted((a, b) => a.at - b.at || a.order - b.order)
  const seqs = new Map(drafts.map((draft, index) => [draft, first.length + index + 1]))
  const entry = (of: NewEntry, seq: number, at: Milliseconds, more = {}): Entry => ({ seq, at, ...of, ...more })
  const reference = ({ refersTo }: Draft) =>
    refersTo === undefined ? {} : { [refersTo.field]: seqs.get(refersTo.draft) ?? 0 }
  return [
    ...first.map((each, index) => entry(each, index + 1, 0)),
    ...drafts.map((draft, index) => {
      const made = entry(draft.entry, first.length + index + 1, draft.at, reference(draft))
      // So that the first form of it can go.
      draft.entry = made
      return made
    }),
    ...last.map((each, index) => entry(each, first.length + drafts.length + index + 1, endedAt)),
  ]
}
