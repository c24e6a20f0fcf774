import type { Entry } from '../../harness/timeline/entry.ts'
import type { Way } from './ip-packet.ts'

/** So many entries are held back at most until the ends of a connection are known. */
const mostHeld = 500

/** An entry, and what later ones tell of the connection that it begins. */
export interface ForeseenEntry {
  entry: Entry
  /** The ends of a connection to the device, or that no request was sent on it; absent where that is not known yet. */
  fate?: Way | 'unused'
}

/**
 * The entries in their order. Only when a request is sent is it told from which port its connection was opened, so
 * entries behind an `http-cr-connecting` wait for that, `mostHeld` at most.
 */
export function* foreseen(entries: Iterable<Entry>): Generator<ForeseenEntry> {
  let held: ForeseenEntry[] = []
  const waiting = new Map<number, ForeseenEntry>()
  const settle = (connection: number, fate: Way | 'unused') => {
    const begun = waiting.get(connection)
    if (begun !== undefined) begun.fate = fate
    waiting.delete(connection)
  }
  for (const entry of entries) {
    const item: ForeseenEntry = { entry }
    held.push(item)
    if (entry.type === 'http-cr-connecting') waiting.set(entry.connection, item)
    else if (entry.type === 'http-cr-sent') settle(entry.connection, { from: entry.from, to: entry.to })
    else if (entry.type === 'http-cr-unanswered' || entry.type === 'http-cr-closed') settle(entry.connection, 'unused')
    if (held.length >= mostHeld) waiting.clear()
    if (waiting.size > 0) continue
    yield* held
    held = []
  }
  yield* held
}
