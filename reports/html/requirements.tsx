import type { RequirementRecord } from '../run-record.ts'
import type { Standing } from '../standing.ts'
import { transportsOf } from '../transports.ts'
import { scenarioAnchor } from './anchors.ts'
import { filterAttributes } from './filter-bar.tsx'
import { Known } from './findings.tsx'
import type { ReportContent } from './report-content.ts'
import { DeviceText, Section, TableFrame, Word } from './text.tsx'

const unjudged: readonly Standing[] = ['not-applicable', 'untested']

/** Every requirement of the catalogue, also those nobody could judge. */
export function Requirements({ content }: { content: ReportContent }) {
  const { record, standings } = content
  const standing = ({ id }: RequirementRecord) => standings.get(id) ?? 'untested'
  const having = (wanted: readonly Standing[]) => record.requirements.filter(each => wanted.includes(standing(each)))
  return (
    <Section id="requirements" title="Requirements" clock={record.clock}>
      <p class="lead">
        Clauses are those of TR-069 Issue 1 Amendment 6, unless another document is named. The basis says what our
        sentence rests on; a rule whose text was not at hand can bring a warning at most.
      </p>
      <Judged requirements={record.requirements.filter(each => !unjudged.includes(standing(each)))} content={content} />
      <Unjudged
        title="Not applicable to this device"
        standing="not-applicable"
        requirements={having(['not-applicable'])}
        content={content}
      />
      <Unjudged title="Untested" standing="untested" requirements={having(['untested'])} content={content} />
    </Section>
  )
}

interface RegisterProps {
  requirements: readonly RequirementRecord[]
  content: ReportContent
}

function Judged({ requirements, content }: RegisterProps) {
  if (requirements.length === 0) return null
  return (
    <div class="group">
      <h3 id="judged">Judged ({requirements.length})</h3>
      <TableFrame label="Requirements that were judged">
        <table class="register stacks" aria-labelledby="judged">
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
            {requirements.map(requirement => (
              <Row requirement={requirement} content={content}>
                <td>
                  <Word standing={content.standings.get(requirement.id) ?? 'untested'} />
                  <Known known={requirement.known} />
                  <Reason requirement={requirement} />
                </td>
                <Sentence requirement={requirement} />
                <td data-label="judged in">
                  {requirement.scenarios.map(id => (
                    <div>
                      <ScenarioLink id={id} content={content} />
                    </div>
                  ))}
                </td>
                <td data-label="proven by fault">
                  {requirement.provenBy.length === 0 && <span class="quiet">none</span>}
                  {requirement.provenBy.map(fault => (
                    <div>
                      <code>{fault}</code>
                    </div>
                  ))}
                </td>
              </Row>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </div>
  )
}

/** By name, with the reason; those that no fault proves are among them. */
function Unjudged({ title, standing, requirements, content }: RegisterProps & { title: string; standing: Standing }) {
  if (requirements.length === 0) return null
  return (
    <div class="group">
      <h3 id={`all-${standing}`}>
        {title} ({requirements.length})
      </h3>
      <TableFrame label={`Requirements: ${title}`}>
        <table class="register unjudged stacks" aria-labelledby={`all-${standing}`}>
          <thead>
            <tr>
              <th scope="col">Requirement</th>
              <th scope="col">Sentence</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {requirements.map(requirement => (
              <Row requirement={requirement} content={content}>
                <Sentence requirement={requirement} />
                <td data-label="why">
                  <DeviceText>{requirement.reason ?? 'no reason was given'}</DeviceText>
                  {requirement.scenarios.length > 0 && (
                    <span class="quiet">Would be judged in {requirement.scenarios.join(', ')}.</span>
                  )}
                </td>
              </Row>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </div>
  )
}

interface RowProps {
  requirement: RequirementRecord
  content: ReportContent
  children: preact.ComponentChildren
}

const Row = ({ requirement, content, children }: RowProps) => (
  <tr
    id={requirement.id}
    {...filterAttributes(
      'requirement',
      [content.standings.get(requirement.id) ?? 'untested'],
      transportsOf(requirement),
      [requirement.clause],
    )}
  >
    <th scope="row">
      <span class="mono">{requirement.id}</span>
      <span class="quiet">
        {requirement.level}, {requirement.clause}
      </span>
      {requirement.suite !== undefined && <span class="quiet">suite {requirement.suite}</span>}
    </th>
    {children}
  </tr>
)

const Sentence = ({ requirement: { sentence, basis } }: { requirement: RequirementRecord }) => (
  <td>
    {sentence}
    <span class="quiet">Basis: {basis}</span>
  </td>
)

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
