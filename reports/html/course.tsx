import { directionOf } from '../../harness/timeline/describe.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText } from '../durations.ts'

interface Row {
  kind: 'step' | 'window'
  text: string
  from: number
  to: number
}

/** Beyond this many marks nobody tells one from the other. */
const mostTicks = 400

/**
 * The course of a scenario on one time axis: its steps and watch windows as bars, so that silence is visible, and
 * the Connection Requests and sessions as marks. `guilty` marks the evidence of what was broken.
 */
export function Course({ entries, guilty }: { entries: Entry[]; guilty: ReadonlySet<number> }) {
  const begin = entries[0]?.at ?? 0
  const whole = Math.max(1, (entries.at(-1)?.at ?? 0) - begin)
  const place = (at: number) => `left:${((100 * (at - begin)) / whole).toFixed(2)}%`
  const marks = (type: Entry['type'], className: string) =>
    entries
      .filter(entry => entry.type === type)
      .slice(0, mostTicks)
      .map(entry => <span class={guilty.has(entry.seq) ? 'guilty' : className} style={place(entry.at)} />)
  const requests = entries.filter(({ type }) => type === 'http-cr-sent').length
  const sessions = entries.filter(entry => entry.type === 'session-opened' && directionOf(entry) !== 'none').length
  return (
    <ol class="course">
      {rowsOf(entries).map(row => (
        <li class={row.kind}>
          <span>{row.kind === 'window' ? `Watching for ${row.text}` : row.text}</span>
          <span class="track" aria-hidden="true">
            <span style={`${place(row.from)};width:${((100 * (row.to - row.from)) / whole).toFixed(2)}%`} />
          </span>
          <span class="length">{durationText(row.to - row.from)}</span>
        </li>
      ))}
      <li class="ticks">
        <span>Connection Requests</span>
        <span class="track" aria-hidden="true">
          {marks('http-cr-sent', 'request')}
        </span>
        <span class="length">{requests}</span>
      </li>
      <li class="ticks">
        <span>Sessions opened</span>
        <span class="track" aria-hidden="true">
          {marks('session-opened', 'session')}
        </span>
        <span class="length">{sessions}</span>
      </li>
    </ol>
  )
}

/** Steps and windows from their begin to their end; what never ended goes to the last entry. */
function rowsOf(entries: readonly Entry[]): Row[] {
  const last = entries.at(-1)?.at ?? 0
  const rows: Row[] = []
  const open: Row[] = []
  const begin = (row: Row) => {
    rows.push(row)
    open.push(row)
  }
  const end = (kind: Row['kind'], text: string, at: number) => {
    const index = open.findLastIndex(row => row.kind === kind && row.text === text)
    if (index >= 0) open.splice(index, 1)[0]!.to = at
  }
  for (const entry of entries) {
    if (entry.type === 'step-begun') begin({ kind: 'step', text: label(entry), from: entry.at, to: last })
    else if (entry.type === 'step-ended') end('step', label(entry), entry.at)
    else if (entry.type === 'watch-begun') begin({ kind: 'window', text: label(entry), from: entry.at, to: last })
    else if (entry.type === 'watch-ended') end('window', label(entry), entry.at)
  }
  return rows
}

type Labelled = EntryOf<'step-begun' | 'step-ended' | 'watch-begun' | 'watch-ended'>

const label = (entry: Labelled) => visibleText(shortenedText('for' in entry ? entry.for : entry.text, 120))
