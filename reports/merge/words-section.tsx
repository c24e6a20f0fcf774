import { StandingWords } from '../html/standing-words.tsx'
import { Section } from '../html/text.tsx'
import type { RunRecord } from '../run-record.ts'

/** Every word of the matrix in a full sentence. */
export const WordsSection = ({ clock }: { clock: RunRecord['clock'] }) => (
  <Section id="legend" title="What the words mean" clock={clock}>
    <dl class="legend">
      <StandingWords />
    </dl>
    <p class="lead">
      Several runs of one device stand together: each requirement is where its worst run has it, and a run that did not
      look gives way to one that did.
    </p>
  </Section>
)
