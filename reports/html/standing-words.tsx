import { standingMeanings, standings } from '../standing.ts'
import { Word } from './text.tsx'

/** What each verdict means, as entries of a list of terms. */
export const StandingWords = () => (
  <>
    {standings.map(standing => (
      <>
        <dt>
          <Word standing={standing} />
        </dt>
        <dd>{standingMeanings[standing]}</dd>
      </>
    ))}
  </>
)
