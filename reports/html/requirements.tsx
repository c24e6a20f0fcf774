import type { RequirementRecord } from '../run-record.ts'
import { scenarioAnchor } from './anchors.ts'
import type { ReportContent } from './report-content.ts'
import { DeviceText, Section, TableFrame, Word } from './text.tsx'

/** Every requirement of the catalogue, also those nobody could judge. */
export function Requirements({ content }: { content: ReportContent }) {
  const { record, standings } = content
  return (
    <Section id="requirements" title="Requirements" clock={record.clock}>
      <p class="lead">
        Clauses are those of TR-069 Issue 1 Amendment 6, unless another document is named. The basis says what our
        sentence rests on; a rule whose text was not at hand can bring a warning at most.
      </p>
      <TableFrame label="All requirements">
        <table class="register">
          <thead>
            <tr>
              <th scope="col">Requirement</th>
              <th scope="col">Verdict</th>
              <th scope="col">Sentence</th>
              <th scope="col">Judged in</th>
              <th scope="col">Proven by fault</th>
            </tr>
          </thead>
          <tbody>
            {record.requirements.map(requirement => (
              <tr id={requirement.id}>
                <th scope="row">
                  <span class="mono">{requirement.id}</span>
                  <span class="quiet">
                    {requirement.level}, {requirement.clause}
                  </span>
                </th>
                <td>
                  <Word standing={standings.get(requirement.id) ?? 'untested'} />
                  <Reason requirement={requirement} />
                </td>
                <td>
                  {requirement.sentence}
                  <span class="quiet">Basis: {requirement.basis}</span>
                </td>
                <td>
                  {requirement.scenarios.map(id => (
                    <div>
                      <ScenarioLink id={id} content={content} />
                    </div>
                  ))}
                </td>
                <td>
                  {requirement.provenBy.map(fault => (
                    <div>
                      <code>{fault}</code>
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </Section>
  )
}

const Reason = ({ requirement: { reason } }: { requirement: RequirementRecord }) =>
  reason === undefined ? null : (
    <span class="quiet">
      <DeviceText>{reason}</DeviceText>
    </span>
  )

/** Scenarios that do not apply have no card to go to. */
function ScenarioLink({ id, content }: { id: string; content: ReportContent }) {
  const scenario = content.record.scenarios.find(each => each.id === id && each.verdict !== 'not-applicable')
  return scenario ? <a href={`#${scenarioAnchor(scenario)}`}>{id}</a> : <>{id}</>
}
