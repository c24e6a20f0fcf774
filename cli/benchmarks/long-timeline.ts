import { closeSync, openSync, writeSync } from 'node:fs'
import type { Entry } from '../../harness/timeline/entry.ts'

/** What numbers something that begins anew in each repetition, and what refers to it. */
const numberings = {
  session: ['session', 'insideSession'],
  exchange: ['exchange'],
  connection: ['connection'],
  request: ['request'],
} as const

/** Numbers of entries. */
const references = ['seq', 'answers', 'retransmissionOf', 'beside']

const times = ['at', 'attemptAt', 'sentAt', 'firstByteAt', 'lastByteAt', 'receivedAt']

/** Of these one stands at the beginning of a run, or at its end. */
const onceOnly = ['run-started', 'probed', 'planned', 'run-ended']

/** From the end of one repetition to the beginning of the next, in milliseconds. */
const pauseMs = 60_000

/**
 * The entries of a run again and again, as one timeline: times go on, and what is numbered gets other numbers.
 * @param count how many entries there shall be at least
 */
export function longTimeline(once: readonly Entry[], count: number): Entry[] {
  const repeated = once.filter(({ type }) => !onceOnly.includes(type))
  const most = Object.entries(numberings).map(([of, names]) => ({ names, greatest: greatest(once, of) }))
  const lengthMs = (once.at(-1)?.at ?? 0) + pauseMs
  const all: Entry[] = [...once.filter(({ type }) => type !== 'run-ended')]
  const places = new Map(repeated.map(({ seq }, index) => [seq, index + 1]))
  for (let round = 1; all.length < count; round++) {
    const before = all.at(-1)?.seq ?? 0
    const placeOf = (seq: number) => before + (places.get(seq) ?? 0)
    for (const entry of repeated) all.push(shifted(entry, { most, placeOf, lengthMs, round }))
  }
  const { seq, at } = all.at(-1) ?? { seq: 0, at: 0 }
  for (const end of once.filter(({ type }) => type === 'run-ended')) all.push({ ...end, seq: seq + 1, at: at + 1 })
  return all
}

interface Shift {
  /** The number of an entry in this repetition. */
  placeOf: (seq: number) => number
  most: { names: readonly string[]; greatest: number }[]
  lengthMs: number
  round: number
}

function shifted(entry: Entry, { most, placeOf, lengthMs, round }: Shift): Entry {
  const copy = { ...entry } as unknown as Record<string, unknown>
  const shift = (fields: Record<string, unknown>) => {
    for (const { names, greatest } of most)
      for (const name of names) if (typeof fields[name] === 'number') fields[name] += round * greatest
    for (const name of references) if (typeof fields[name] === 'number') fields[name] = placeOf(fields[name])
    for (const name of times) if (typeof fields[name] === 'number') fields[name] += round * lengthMs
  }
  shift(copy)
  if (entry.type === 'mark' && entry.data !== undefined) {
    const data = { ...entry.data }
    shift(data)
    copy['data'] = data
  }
  if ('message' in entry && typeof entry.message === 'object') {
    const { transaction } = entry.message
    copy['message'] = { ...entry.message, transaction: `${round.toString(16).padStart(8, '0')}${transaction.slice(8)}` }
  }
  return copy as unknown as Entry
}

const greatest = (entries: readonly Entry[], name: string) =>
  entries.reduce((most, entry) => Math.max(most, Number((entry as unknown as Record<string, unknown>)[name]) || 0), 0)

const writtenAtOnce = 4000

/** Writes entries as a `timeline.jsonl`, in the place of one that is there. Returns its length in bytes. */
export function writeTimeline(path: string, entries: readonly Entry[]): number {
  const file = openSync(path, 'w')
  let bytes = 0
  try {
    for (let from = 0; from < entries.length; from += writtenAtOnce)
      bytes += writeSync(
        file,
        entries
          .slice(from, from + writtenAtOnce)
          .map(entry => `${JSON.stringify(entry)}\n`)
          .join(''),
      )
  } finally {
    closeSync(file)
  }
  return bytes
}
