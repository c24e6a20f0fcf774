import type { Milliseconds } from '../clock/clock.ts'
import type { NewEntry } from '../timeline/entry.ts'
import type { Redactor } from '../timeline/redactor.ts'
import { createSecretSearch } from './secret-search.ts'

/** An entry before it is known whether it is kept and which number it gets. */
export interface Draft {
  at: Milliseconds
  /** Of two with the same time, which came first. */
  order: number
  entry: NewEntry
  /** An entry of whose number this one tells. */
  refersTo?: { field: 'answers' | 'retransmissionOf'; draft: Draft }
}

/** Makes drafts without secrets, as many as there is room for. Who has one made keeps it. */
export interface Drafts {
  /** @returns `undefined` where there is no room for more */
  make(entry: NewEntry, at: Milliseconds, order?: number): Draft | undefined
  /** A place in the order for an entry that is made later. */
  readonly nextOrder: () => number
  /** When the first was left out for want of room, and how many were. */
  readonly leftOut: { since?: Milliseconds; count: number }
}

/** @param most so many are made */
export function createDrafts(most: number, redactor: Redactor): Drafts {
  const leftOut: Drafts['leftOut'] = { count: 0 }
  let made = 0
  let orders = 0
  const mayHoldSecret = createSecretSearch()
  return {
    leftOut,
    nextOrder: () => ++orders,
    make(entry, at, order = ++orders) {
      if (made >= most) {
        leftOut.since ??= at
        leftOut.count++
        return undefined
      }
      made++
      return { at, order, entry: mayHoldSecret(entry) ? redactor.redact(entry) : entry }
    },
  }
}

/** Gathers what it has made. */
export function gathering(drafts: Drafts): {
  drafts: Draft[]
  add: (...of: Parameters<Drafts['make']>) => Draft | undefined
} {
  const gathered: Draft[] = []
  return {
    drafts: gathered,
    add(...of) {
      const draft = drafts.make(...of)
      if (draft !== undefined) gathered.push(draft)
      return draft
    },
  }
}

export type AddDraft = ReturnType<typeof gathering>['add']
