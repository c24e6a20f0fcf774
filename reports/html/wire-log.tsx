import { type Direction, directionOf } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { entryAnchor } from './anchors.ts'
import { entryContent, speaksOf } from './entry-content.tsx'
import { type PackedLog, neighbourhood } from './packed-log.ts'
import type { ReportContent } from './report-content.ts'

/** The device stands on the left, the harness on the right. */
export const arrows: Record<Direction, string> = { 'from-device': '→', 'to-device': '←', none: '·' }

const longestEvidence = 12

interface WireLogProps {
  entries: Entry[]
  content: ReportContent
  /** What the log is of, for the name of its region. */
  of: string
}

/** A whole wire log, folded. A long one is packed: only what findings cite, and what lies around it, is markup. */
export function WireLog({ entries, content, of }: WireLogProps) {
  const since = entries[0]?.at ?? 0
  const packed = content.packed.get(entries)
  return (
    <details class="wire" {...(packed ? { 'data-from': entries[0]?.seq, 'data-to': entries.at(-1)?.seq } : {})}>
      <summary>Wire log, {count(entries.length)}</summary>
      {packed ? (
        <PackedWireLog packed={packed} entries={entries} content={content} of={of} />
      ) : (
        <LogLines entries={entries} since={since} content={content} />
      )}
    </details>
  )
}

function PackedWireLog({ packed, entries, content, of }: WireLogProps & { packed: PackedLog }) {
  const shown = neighbourhood(entries, content.cited)
  const beside =
    shown.length === 0 ? '' : `Of them ${count(shown.length)}, those that findings cite and those around, are here. `
  const isHere = packed.base64 !== ''
  return (
    <>
      <p class="quiet packed-note">
        {beside}All are in timeline.jsonl
        {isHere ? '; where scripts run, this page lists them too' : ', too many for this page'}.
      </p>
      {shown.length > 0 && <LogLines entries={shown} since={packed.since} content={content} />}
      {isHere && (
        <>
          <div class="log packed" hidden role="region" aria-label={`Wire log of ${of}`} tabIndex={0} />
          <script type="application/octet-stream" dangerouslySetInnerHTML={{ __html: packed.base64 }} />
        </>
      )}
    </>
  )
}

/** One line each: number, seconds since `since`, direction, what happened. */
function LogLines({ entries, since, content }: { entries: readonly Entry[]; since: number; content: ReportContent }) {
  return (
    <div class="log">
      <ol>
        {entries.map(entry => {
          const direction = directionOf(entry)
          const kind = `${direction === 'none' ? 'n' : ''}${content.cited.has(entry.seq) ? ' c' : ''}`.trim()
          return (
            <li id={entryAnchor(entry.seq)} {...(kind === '' ? {} : { class: kind })}>
              <span>{entry.seq}</span>
              <span>{relative(entry.at - since)}</span>
              <span>{arrows[direction]}</span>
              <span>{content.lineOf(entry)}</span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

interface CitedEntriesProps {
  evidence: readonly number[]
  content: ReportContent
  /** Texts of the finding: what they name is marked in the entries. */
  about: string
}

/** The cited entries: each with a link to its place in the full log, and with what it holds. */
export function CitedEntries({ evidence, content, about }: CitedEntriesProps) {
  const shown = evidence.slice(0, longestEvidence)
  const started = content.entryOf.get(evidence[0] ?? 0)?.at ?? 0
  // Of several that speak of the same, none says more than the others.
  const [open, ...others] = evidence.flatMap(seq => {
    const entry = content.entryOf.get(seq)
    return entry && speaksOf(entry, about) ? [entry] : []
  })
  return (
    <>
      <ol class="cited">
        {shown.map(seq => {
          const entry = content.entryOf.get(seq)
          const isOpen = open !== undefined && others.length === 0 && open === entry
          return (
            <CitedEntry seq={seq} entry={entry} isOpen={isOpen} started={started} content={content} about={about} />
          )
        })}
      </ol>
      {evidence.length > shown.length && (
        <p class="quiet">and {evidence.length - shown.length} more, marked in the wire log</p>
      )}
    </>
  )
}

interface CitedEntryProps extends Omit<CitedEntriesProps, 'evidence'> {
  seq: number
  entry: Entry | undefined
  isOpen: boolean
  started: number
}

function CitedEntry({ seq, entry, isOpen, started, content, about }: CitedEntryProps) {
  const inside = entry && entryContent(entry, about)
  const line = (
    <>
      <span>{entry ? relative(entry.at - started) : ''}</span>
      <span>{entry ? arrows[directionOf(entry)] : ''}</span>
      <span>{entry ? content.lineOf(entry) : 'not in the timeline'}</span>
    </>
  )
  return (
    <li>
      <span>
        <a href={`#${entryAnchor(seq)}`}>{seq}</a>
      </span>
      {inside ? (
        <details open={isOpen}>
          <summary>{line}</summary>
          <div class="inside" role="group" aria-label={`Entry ${seq}`} tabIndex={0}>
            {inside}
          </div>
        </details>
      ) : (
        <div class="line">{line}</div>
      )}
    </li>
  )
}

/** Milliseconds as signed seconds. */
export const relative = (ms: number) => `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(3)}`

const count = (entries: number) => `${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}`
