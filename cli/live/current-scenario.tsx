import { describe, type Direction, directionOf } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { shortenedText, visibleText } from '../../harness/timeline/visible-text.ts'
import { entryAnchor } from '../../reports/html/anchors.ts'
import { diagramOf } from '../../reports/diagram/diagram-of.ts'
import { SequencePicture } from '../../reports/html/sequence-diagram.tsx'
import { TableFrame } from '../../reports/html/text.tsx'
import type { LiveState } from './live-state.ts'

const arrows: Record<Direction, string> = { 'from-device': '→', 'to-device': '←', none: '·' }
const latestLines = 15
/** A diagram is drawn several times a second while it grows. */
const mostRows = 80
const longestLine = 200

/** The sequence diagram of the scenario that is being played, as far as it came, and its last lines. */
export function CurrentScenario({ scenario }: { scenario: LiveState['scenario'] }) {
  if (!scenario) return <p class="quiet">No scenario has begun yet.</p>
  const { begun, entries, over, guilty } = scenario
  const latest = entries.slice(-latestLines)
  return (
    <>
      <h3>
        {visibleText(begun.title)}
        {begun.repetition > 1 && `, repetition ${begun.repetition}`}
        {over && <span class="quiet"> (over)</span>}
      </h3>
      <TableFrame label="Sequence diagram">
        <SequencePicture
          diagram={diagramOf(entries, { guilty, longest: mostRows })}
          title={visibleText(begun.title)}
          id="live-diagram"
          links="none"
        />
      </TableFrame>
      <p class="label">The last lines on the wire</p>
      <div class="log">
        <ol>
          {latest.map(entry => (
            <Line entry={entry} since={begun.at} />
          ))}
        </ol>
      </div>
    </>
  )
}

function Line({ entry, since }: { entry: Entry; since: number }) {
  const direction = directionOf(entry)
  return (
    <li id={entryAnchor(entry.seq)} {...(direction === 'none' ? { class: 'n' } : {})}>
      <span>{entry.seq}</span>
      <span>{`+${((entry.at - since) / 1000).toFixed(3)}`}</span>
      <span>{arrows[direction]}</span>
      <span>{shortenedText(describe(entry), longestLine)}</span>
    </li>
  )
}
