import { describe, type Direction, directionOf } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { shortenedText } from '../../harness/timeline/visible-text.ts'
import { entryAnchor } from './anchors.ts'
import type { ReportContent } from './report-content.ts'

/** The device stands on the left, the harness on the right. */
const arrows: Record<Direction, string> = { 'from-device': '→', 'to-device': '←', none: '·' }

const longestEvidence = 12

/** All entries, one line each: number, seconds since `since`, direction, what happened. */
export function WireLog({ entries, since, content }: { entries: Entry[]; since: number; content: ReportContent }) {
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
              <span>{shortenedText(describe(entry), content.lineLength)}</span>
            </li>
          )
        })}
      </ol>
    </div>
  )
}

/** The cited entries, each with a link to its place in the full log. */
export function CitedEntries({ evidence, content }: { evidence: readonly number[]; content: ReportContent }) {
  const shown = evidence.slice(0, longestEvidence)
  const started = content.entryOf.get(evidence[0] ?? 0)?.at ?? 0
  return (
    <>
      <ol class="cited">
        {shown.map(seq => {
          const entry = content.entryOf.get(seq)
          return (
            <li>
              <span>
                <a href={`#${entryAnchor(seq)}`}>{seq}</a>
              </span>
              <span>{entry ? relative(entry.at - started) : ''}</span>
              <span>{entry ? arrows[directionOf(entry)] : ''}</span>
              <span>{entry ? shortenedText(describe(entry), content.lineLength) : 'not in the timeline'}</span>
            </li>
          )
        })}
      </ol>
      {evidence.length > shown.length && (
        <p class="quiet">and {evidence.length - shown.length} more, marked in the wire log</p>
      )}
    </>
  )
}

const relative = (ms: number) => `${ms < 0 ? '-' : '+'}${(Math.abs(ms) / 1000).toFixed(3)}`
