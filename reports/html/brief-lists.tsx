import { shortenedText } from '../../harness/timeline/visible-text.ts'
import { type FindingInScenario, repeatCommand } from '../findings.ts'
import { playingsText } from '../playings.ts'
import type { RequirementRecord } from '../run-record.ts'
import { entryAnchor, findingAnchor } from './anchors.ts'
import type { ReportContent } from './report-content.ts'
import { DeviceText } from './text.tsx'

/** A requirement with all findings about it; the first one speaks for them. */
interface AboutRequirement {
  id: string
  requirement: RequirementRecord | undefined
  findings: [FindingInScenario, ...FindingInScenario[]]
}

/** What is broken, a row a requirement: what was expected, what was seen, and where the evidence is. */
export function BrokenList({ content }: { content: ReportContent }) {
  const broken = byRequirement(content.broken)
  return (
    <div>
      <h2>Broken</h2>
      {broken.length === 0 && <p class="quiet">No requirement was seen broken.</p>}
      {broken.length > 0 && (
        <table class="brief-broken stacks" aria-label="Broken requirements">
          <thead>
            <tr>
              <th scope="col">Requirement</th>
              <th scope="col">Expected</th>
              <th scope="col">Seen</th>
              <th scope="col">Evidence</th>
            </tr>
          </thead>
          <tbody>
            {broken.map(about => (
              <BrokenRow about={about} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  )
}

function BrokenRow({ about: { id, requirement, findings } }: { about: AboutRequirement }) {
  const [{ scenario, metric, verdicts }, ...others] = findings
  return (
    <tr>
      <th scope="row">
        <a class="id" href={`#${findingAnchor(scenario, metric)}`}>
          {id}
        </a>
        {requirement?.known && <span class="quiet"> known</span>}
        <p>{requirement?.sentence ?? metric.sentence}</p>
      </th>
      <td data-label="expected">
        <Brief>{(metric.expected ?? [metric.sentence]).join(', or ')}</Brief>
      </td>
      <td data-label="seen">
        <Brief>{metric.actual ?? metric.reason ?? 'see the evidence'}</Brief>
        {verdicts.length > 1 && <span class="quiet playings">{playingsText(verdicts)}</span>}
        {others.length > 0 && (
          <span class="quiet">
            also in{' '}
            {others.map((other, index) => (
              <>
                {index > 0 && ', '}
                <a href={`#${findingAnchor(other.scenario, other.metric)}`}>{other.scenario.id}</a>
              </>
            ))}
          </span>
        )}
      </td>
      <td data-label="evidence">
        <EvidenceLinks evidence={metric.evidence ?? []} />
      </td>
    </tr>
  )
}

/** As much as a glance takes in; the finding has it all. */
const longestBrief = 110
const Brief = ({ children }: { children: string }) => <DeviceText>{shortenedText(children, longestBrief)}</DeviceText>

/** What could not be decided, with one thing to do for all that lack the same. */
export function UndecidedList({ content }: { content: ReportContent }) {
  const groups = byReason([...content.errors, ...content.undecided])
  return (
    <div>
      <h2>Undecided</h2>
      {groups.length === 0 && <p class="quiet">Everything that was asked could be decided.</p>}
      <ul class="brief">
        {groups.map(({ reason, isError, findings }) => (
          <li>
            <p>
              <DeviceText>{reason}</DeviceText>
            </p>
            <dl class="pair">
              <dt>open</dt>
              <dd>
                {byRequirement(findings).map(({ id, findings: [{ scenario, metric }] }, index) => (
                  <>
                    {index > 0 && ', '}
                    <a class="id" href={`#${findingAnchor(scenario, metric)}`}>
                      {id}
                    </a>
                  </>
                ))}
              </dd>
              <dt>to do</dt>
              <dd>
                {isError ? 'Repair the harness or the lab' : 'Remove the cause'}, then{' '}
                <Again findings={findings} content={content} />
              </dd>
            </dl>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** A command that is short enough to be read here; a longer one stands in the finding. */
const longestCommand = 90

function Again({ findings, content }: { findings: readonly FindingInScenario[]; content: ReportContent }) {
  const scenarios = [...new Set(findings.map(({ scenario }) => scenario.id))]
  const [first] = findings
  const command = first && scenarios.length === 1 ? repeatCommand(content.record, first) : undefined
  if (command !== undefined && command.length <= longestCommand) return <code>{command}</code>
  return (
    <>
      run <code>{scenarios.join(', ')}</code> again
    </>
  )
}

function byRequirement(findings: readonly FindingInScenario[]): AboutRequirement[] {
  const abouts = new Map<string, AboutRequirement>()
  for (const finding of findings) {
    const id = finding.metric.requirement
    const about = abouts.get(id)
    if (about) about.findings.push(finding)
    else abouts.set(id, { id, requirement: finding.requirement, findings: [finding] })
  }
  return [...abouts.values()]
}

interface ForOneReason {
  reason: string
  isError: boolean
  findings: FindingInScenario[]
}

function byReason(findings: readonly FindingInScenario[]): ForOneReason[] {
  const groups = new Map<string, ForOneReason>()
  for (const finding of findings) {
    const reason = finding.metric.reason ?? 'No reason was given.'
    const isError = finding.metric.verdict === 'error'
    const group = groups.get(`${isError} ${reason}`) ?? { reason, isError, findings: [] }
    group.findings.push(finding)
    groups.set(`${isError} ${reason}`, group)
  }
  return [...groups.values()]
}

const mostLinks = 4

function EvidenceLinks({ evidence }: { evidence: readonly number[] }) {
  if (evidence.length === 0) return <span class="quiet">none</span>
  return (
    <>
      {evidence.slice(0, mostLinks).map((seq, index) => (
        <>
          {index > 0 && ', '}
          <a href={`#${entryAnchor(seq)}`}>{seq}</a>
        </>
      ))}
      {evidence.length > mostLinks && <span class="quiet"> and {evidence.length - mostLinks} more</span>}
    </>
  )
}
