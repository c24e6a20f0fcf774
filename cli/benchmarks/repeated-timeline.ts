import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Entry } from '../../harness/timeline/entry.ts'

/** Numbers that run through a timeline and must not come twice in it. */
const counters = new Set(['connection', 'exchange', 'session', 'insideSession', 'request'])
/** Numbers of other entries. */
const references = new Set(['answers', 'retransmissionOf'])

const writtenAtOnce = 4000

/**
 * Writes a timeline of at least `length` entries: the recorded one, whose scenarios are played again and again as later
 * repetitions.
 * @returns how many entries it has
 * @throws Error when the recorded timeline has no scenario
 */
export function writeRepeatedTimeline(recorded: string, path: string, length: number): { entries: number } {
  const entries = readFileSync(recorded, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Entry)
  const first = entries.findIndex(({ type }) => type === 'scenario-begun')
  const end = entries.findLastIndex(({ type }) => type === 'scenario-ended') + 1
  if (first < 0 || end < first) throw new Error(`${recorded} has no scenario that could be repeated.`)
  const played = entries.slice(first, end)
  const rounds = Math.max(1, Math.ceil((length - entries.length) / played.length) + 1)
  const step = {
    seq: played.length,
    at: (played.at(-1)?.at ?? 0) - (played[0]?.at ?? 0) + 1000,
    count: 1 + highestCounter(entries),
  }

  const file = openSync(path, 'w')
  let lines: string[] = []
  let written = 0
  const write = (part: readonly Entry[], round: number) => {
    const by = { seq: step.seq * round, at: step.at * round, count: step.count * round, repetition: round }
    for (const entry of part) {
      lines.push(JSON.stringify(entry, (key, value: unknown) => moved(key, value, by)))
      written++
      if (lines.length === writtenAtOnce) flush()
    }
  }
  const flush = () => {
    if (lines.length > 0) writeSync(file, `${lines.join('\n')}\n`)
    lines = []
  }
  write(entries.slice(0, first), 0)
  for (let round = 0; round < rounds; round++) write(played, round)
  write(entries.slice(end), rounds - 1)
  flush()
  closeSync(file)
  return { entries: written }
}

interface Shift {
  seq: number
  at: number
  count: number
  repetition: number
}

function moved(key: string, value: unknown, by: Shift): unknown {
  if (typeof value !== 'number') return value
  if (key === 'seq' || references.has(key)) return value + by.seq
  if (key === 'at' || key.endsWith('At')) return value + by.at
  if (key === 'repetition') return value + by.repetition
  return counters.has(key) ? value + by.count : value
}

const highestCounter = (entries: readonly Entry[]) =>
  entries.reduce(
    (highest, entry) =>
      Object.entries(entry).reduce(
        (most, [key, value]) => (counters.has(key) && typeof value === 'number' ? Math.max(most, value) : most),
        highest,
      ),
    0,
  )
