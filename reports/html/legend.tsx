import type { RunRecord } from '../run-record.ts'
import { standingMeanings, standings } from '../standing.ts'
import { Section, Word } from './text.tsx'

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
  ['Evidence', 'The numbers of the lines of timeline.jsonl, which are also the numbers in the wire logs here.'],
]

/** Every word of the report in a full sentence. */
export const Legend = ({ clock }: { clock: RunRecord['clock'] }) => (
  <Section id="legend" title="What the words mean" clock={clock}>
    <dl class="legend">
      {standings.map(standing => (
        <>
          <dt>
            <Word standing={standing} />
          </dt>
          <dd>{standingMeanings[standing]}</dd>
        </>
      ))}
      {others.map(([word, meaning]) => (
        <>
          <dt>{word}</dt>
          <dd>{meaning}</dd>
        </>
      ))}
    </dl>
  </Section>
)
