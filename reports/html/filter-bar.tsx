import { transports, transportWords, type Transport } from '../transports.ts'
import { type Standing, standings, standingWords } from '../standing.ts'
import type { ReportContent } from './report-content.ts'

/** What the filter of the page goes by, on everything that it can hide. See browser/filter.js. */
export const filterAttributes = (
  kind: 'finding' | 'scenario' | 'requirement',
  verdicts: readonly Standing[],
  ofTransports: readonly Transport[],
  clauses: readonly string[],
) => ({
  'data-kind': kind,
  'data-verdict': verdicts.join(' '),
  'data-transport': ofTransports.join(' '),
  'data-clause': [...new Set(clauses.flatMap(clausesIn))].join('|'),
})

/** `3.2.2.1 / 3.2.2.2` names two clauses. */
export const clausesIn = (clause: string) =>
  clause
    .split(/ \/ | by (?=[A-Z\d])/)
    .map(part => part.trim())
    .filter(part => part !== '')

/** Narrows findings, scenarios and requirements down; its state is in the address. Hidden where no script runs. */
export function FilterBar({ content: { record, counts } }: { content: ReportContent }) {
  const clauses = [...new Set(record.requirements.flatMap(({ clause }) => clausesIn(clause)))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  )
  return (
    <form id="filter" class="filter" role="search" aria-label="Findings, scenarios and requirements" hidden>
      <label>
        Verdict
        <select name="verdict">
          <option value="">every</option>
          {standings
            .filter(standing => counts[standing] > 0)
            .map(standing => (
              <option value={standing}>{standingWords[standing]}</option>
            ))}
        </select>
      </label>
      <label>
        Transport
        <select name="transport">
          <option value="">every</option>
          {transports.map(transport => (
            <option value={transport}>{transportWords[transport]}</option>
          ))}
        </select>
      </label>
      <label>
        Clause
        <input name="clause" list="clauses" placeholder="3.2.2" autocomplete="off" size={8} />
        <datalist id="clauses">
          {clauses.map(clause => (
            <option value={clause} />
          ))}
        </datalist>
      </label>
      <label>
        Text
        <input name="text" type="search" autocomplete="off" />
      </label>
      <button type="reset">Clear</button>
      <p id="shown" role="status" aria-live="polite" />
    </form>
  )
}
