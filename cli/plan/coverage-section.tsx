import type { ComponentChildren } from 'preact'
import { DeviceText, Section, TableFrame } from '../../reports/html/text.tsx'
import type { PlannedRequirement, RunPlan } from './run-plan.ts'

/** For the sections of this file. */
export const coverageStyles = `
.coverage{table-layout:fixed;overflow-wrap:anywhere}
.coverage :is(th,td):nth-child(1){width:13rem}.coverage :is(th,td):nth-child(3){width:16rem}
`

/** The requirements that no scenario of the run would judge, and why. */
export const LeftRequirements = ({ requirements }: { requirements: RunPlan['requirements']['notCovered'] }) => (
  <Section id="not-covered" title="Requirements that would not be judged" clock="real">
    {requirements.length === 0 ? (
      <p class="lead">Every requirement would be judged.</p>
    ) : (
      <Coverage label="Those that would not be judged, with the reason" last="Because">
        {requirements.map(requirement => (
          <Row requirement={requirement} last="Because">
            <DeviceText>{requirement.reason}</DeviceText>
          </Row>
        ))}
      </Coverage>
    )}
  </Section>
)

/** The requirements that would be judged, folded, and by which scenarios. */
export const CoveredRequirements = ({ requirements }: { requirements: RunPlan['requirements']['covered'] }) => (
  <Section id="covered" title="Requirements that would be judged" clock="real">
    <details>
      <summary>All {requirements.length} with the scenarios that judge them</summary>
      <Coverage label="Those that would be judged, with their scenarios" last="Judged by">
        {requirements.map(requirement => (
          <Row requirement={requirement} last="Judged by">
            {requirement.scenarios.map((scenario, index) => (
              <>
                {index > 0 && ', '}
                <a href={`#scenario-${scenario}`}>{scenario}</a>
              </>
            ))}
          </Row>
        ))}
      </Coverage>
    </details>
  </Section>
)

interface CoverageProps {
  label: string
  last: string
  children: ComponentChildren
}

const Coverage = ({ label, last, children }: CoverageProps) => (
  <TableFrame label={label}>
    <table class="coverage stacks">
      <thead>
        <tr>
          <th scope="col">Requirement</th>
          <th scope="col">What it demands</th>
          <th scope="col">{last}</th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </TableFrame>
)

interface RowProps {
  requirement: PlannedRequirement
  /** What the last column is about. */
  last: string
  children: ComponentChildren
}

const Row = ({ requirement: { id, clause, level, sentence }, last, children }: RowProps) => (
  <tr id={id}>
    <th scope="row">
      <span class="mono">{id}</span>
      <span class="quiet">
        {level}, {clause}
      </span>
    </th>
    <td>{sentence}</td>
    <td data-label={last}>{children}</td>
  </tr>
)
