import type { Entry } from '../../harness/timeline/entry.ts'
import { measuredText } from '../durations.ts'
import { capRows, endOf } from './cap-rows.ts'
import { type Diagram, type DiagramRow, type EntryRow, type LeftOutRow, lanes, type WatchWindow } from './diagram.ts'
import { entryRows, type OpenRow } from './entry-rows.ts'
import { foldRows } from './fold-rows.ts'

/** Beyond this many rows the wire log is the better reading. */
const defaultLongest = 120
/** A longer silence has a row of its own. */
const gapMs = 3000

export interface DiagramOptions {
  /** Numbers of the entries that show a breach: they are marked, and neither folded nor left out. */
  guilty: ReadonlySet<number>
  /** The most rows besides the guilty ones. */
  longest?: number
}

/**
 * The sequence diagram of a stretch of the timeline, as a rule that of one scenario: who said what to whom, when, under
 * which step, and what was watched for in the meantime. Repetitive traffic is folded.
 */
export function diagramOf(entries: readonly Entry[], { guilty, longest = defaultLongest }: DiagramOptions): Diagram {
  const lengthMs = (entries.at(-1)?.at ?? 0) - (entries[0]?.at ?? 0)
  const shown = capRows(foldRows(entryRows(entries, guilty)), longest)
  const rows = withGaps(shown.map(closed), lengthMs)
  const used = new Set(rows.flatMap(row => (row.row === 'message' ? [row.from, row.to] : [])))
  return {
    lanes: lanes.filter(lane => lane === 'device' || lane === 'acs' || used.has(lane)),
    rows,
    ...stretchesOf(entries, rows),
    lengthMs,
  }
}

/** The row without what only folding needs; how long the answers took goes into the note. */
function closed(row: OpenRow | LeftOutRow): EntryRow | LeftOutRow {
  if (row.row !== 'message') return row
  const { took, copyOf: _copy, exchange: _exchange, asAnswer: _answer, rpcOf: _rpc, ...message } = row
  if (took === undefined) return message
  const [least, most] = [measuredText(took.least), measuredText(took.most)]
  const after = least === most ? `after ${least}` : `after ${least} to ${most}`
  return { ...message, note: message.note === undefined ? after : `${message.note}, ${after}` }
}

function withGaps(rows: readonly (EntryRow | LeftOutRow)[], lengthMs: number): DiagramRow[] {
  const spaced: DiagramRow[] = []
  let end = 0
  for (const row of rows) {
    if (row.at - end > gapMs) spaced.push({ row: 'gap', at: end, ms: row.at - end })
    spaced.push(row)
    end = Math.max(end, endOf(row))
  }
  if (lengthMs - end > gapMs) spaced.push({ row: 'gap', at: end, ms: lengthMs - end })
  return spaced
}

/** Steps and watch windows over the rows that are shown; what never ended goes to the last row. */
function stretchesOf(entries: readonly Entry[], rows: readonly DiagramRow[]): Pick<Diagram, 'steps' | 'windows'> {
  const steps: { text: string; from: number; to: number }[] = []
  const windows: (Omit<WatchWindow, 'first' | 'last'> & { from: number; to: number })[] = []
  for (const { seq, ...entry } of entries) {
    if (entry.type === 'step-begun') steps.push({ text: entry.text, from: seq, to: Infinity })
    else if (entry.type === 'watch-begun')
      windows.push({ for: entry.for, ms: entry.ms, how: 'open', from: seq, to: Infinity })
    else if (entry.type === 'step-ended') {
      const step = steps.findLast(({ text, to }) => text === entry.text && to === Infinity)
      if (step) step.to = seq
    } else if (entry.type === 'watch-ended') {
      const window = windows.findLast(window => window.for === entry.for && window.to === Infinity)
      if (window) Object.assign(window, { how: entry.how, to: seq })
    }
  }
  const stretch = ({ from, to }: { from: number; to: number }) => ({
    first: rows.findIndex(row => 'seq' in row && row.seq >= from),
    last: rows.findLastIndex(row => 'seq' in row && row.seq <= to),
  })
  return {
    steps: steps.map(stretch).filter(isThere),
    windows: windows.map(({ from, to, ...window }) => ({ ...window, ...stretch({ from, to }) })).filter(isThere),
  }
}

const isThere = ({ first, last }: { first: number; last: number }) => first >= 0 && last >= first
