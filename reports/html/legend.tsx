import type { RunRecord } from '../run-record.ts'
import { StandingWords } from './standing-words.tsx'
import { Section } from './text.tsx'

const others: [word: string, meaning: string][] = [
  ['MUST, MUST NOT', 'A duty of the standard. Breaking it makes a requirement broken.'],
  ['SHOULD, SHOULD NOT', 'A recommendation of the standard. Not keeping it is a warning.'],
  ['Limit, standard', 'The standard sets the time; the clause stands beside it, and no profile can change it.'],
  ['Limit, our choice', 'The standard sets no time; the reason for ours stands beside it.'],
  ['± after a time', 'How far off the measurement can be. A value that near to its limit decides nothing.'],
  [
    'Watching for',
    'A window in which something must not happen. Its silence counts only if a request afterwards works.',
  ],
  ['Margin', 'How much of the limit was left, or by how much it was exceeded.'],
  ['Basis', 'What our sentence of a requirement rests on: the text of the standard, its schemas, or recollection.'],
  ['Proven by fault', 'A fault of our simulated device that the check of this requirement was seen to catch.'],
  ['Known', 'A failure that the profile accepts for now. It stays a breach of the standard, but gives no exit code 1.'],
  ['differs', 'What the profile says and what the probe found contradict each other.'],
  ['Evidence', 'The numbers of the lines of timeline.jsonl, which are also the numbers in the wire logs here.'],
  ['Bar at the left of a line', 'A finding cites this line. In a card it has the colour of the verdict.'],
  ['Marked row', 'What the finding speaks of by its name, among all that the cited message holds.'],
  [
    'Sequence diagram',
    'Time runs downwards and is not to scale; long silences are named. A hatched bar is a window in which something ' +
      'must not happen. A row with a cross on a red ground is evidence of something broken, a dashed arrow a reply.',
  ],
  ['Timing', 'Each dot is one measured time; the vertical line is its limit, and what lies behind it is too late.'],
]

/** Every word of the report in a full sentence. */
export const Legend = ({ clock }: { clock: RunRecord['clock'] }) => (
  <Section id="legend" title="What the words mean" clock={clock}>
    <dl class="legend">
      <StandingWords />
      {others.map(([word, meaning]) => (
        <>
          <dt>{word}</dt>
          <dd>{meaning}</dd>
        </>
      ))}
    </dl>
  </Section>
)
