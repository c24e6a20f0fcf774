import { visibleText } from '../../harness/timeline/visible-text.ts'
import { durationText, momentText } from '../durations.ts'
import { type FindingInScenario, repeatCommand } from '../findings.ts'
import { playingsText } from '../playings.ts'
import type { RunRecord } from '../run-record.ts'
import { type StandingCounts, standings, standingWords } from '../standing.ts'
import { entryAnchor, findingAnchor } from './anchors.ts'
import type { ReportContent } from './report-content.ts'
import { DeviceText, VirtualTimeStamp } from './text.tsx'

/** What a lab manager reads in one minute. */
export function FirstScreen({ content }: { content: ReportContent }) {
  const { record } = content
  return (
    <section id="result" class="result" aria-labelledby="result-title">
      <VirtualTimeStamp clock={record.clock} />
      <h1 id="result-title">Connection Request conformance of {deviceName(record)}</h1>
      <Sentence record={record} />
      <TitleBlock record={record} />
      <VerdictBar counts={content.counts} />
      <div class="columns">
        <BrokenList content={content} />
        <UndecidedList content={content} />
      </div>
      <Behaviour properties={record.properties} />
    </section>
  )
}

/** What people call the device. */
export function deviceName({ device }: RunRecord): string {
  const name = device.name ?? [device.manufacturer, device.productClass].filter(Boolean).join(' ')
  return visibleText(name || 'an unknown device')
}

const toneOfVerdict: Record<RunRecord['verdict'], string> = {
  conformant: 'kept',
  'kept-in-part': 'kept',
  'kept-in-virtual-time': 'kept',
  'not-conformant': 'broken',
  undecided: 'undecided',
  error: 'error',
}

function Sentence({ record }: { record: RunRecord }) {
  const [head, ...rest] = record.sentence.split(':')
  const tone = head === 'NOT CONFORMANT' ? 'broken' : toneOfVerdict[record.verdict]
  return (
    <p class="sentence">
      <b class={tone}>{head}</b> <span>{rest.join(':').trim()}</span>
    </p>
  )
}

function TitleBlock({ record }: { record: RunRecord }) {
  const { device } = record
  const cells: [string, string | undefined][] = [
    ['Manufacturer', device.manufacturer],
    ['Product class', device.productClass],
    ['Serial number', device.serialNumber === undefined ? undefined : `…${device.serialNumber.slice(-4)}`],
    ['Firmware', device.firmware],
    ['Started', momentText(record.startedAt)],
    ['Duration', `${durationText(record.durationMs)}, ${record.clock} time`],
  ]
  return (
    <dl class="title-block">
      {cells.map(([label, value]) => (
        <div>
          <dt class="label">{label}</dt>
          <dd>{value === undefined ? <span class="quiet">not told</span> : <DeviceText>{value}</DeviceText>}</dd>
        </div>
      ))}
    </dl>
  )
}

function VerdictBar({ counts }: { counts: StandingCounts }) {
  return (
    <figure aria-label="Requirements by verdict">
      <div class="bar" aria-hidden="true">
        {standings
          .filter(standing => counts[standing] > 0)
          .map(standing => (
            <span class={standing} style={`flex-grow:${counts[standing]}`}>
              <i>{counts[standing]}</i>
            </span>
          ))}
      </div>
      <ul class="key">
        {standings.map(standing => (
          <li {...(counts[standing] === 0 ? { class: 'zero' } : {})}>
            <span class={`word ${standing}`}>
              {counts[standing]} {standingWords[standing]}
            </span>
          </li>
        ))}
      </ul>
    </figure>
  )
}

function BrokenList({ content }: { content: ReportContent }) {
  return (
    <div>
      <h3>Broken</h3>
      {content.broken.length === 0 && <p class="quiet">No requirement was seen broken.</p>}
      <ul class="brief">
        {content.broken.map(finding => (
          <BriefFinding finding={finding}>
            {finding.metric.expected && (
              <>
                <dt>expected</dt>
                <dd>
                  <DeviceText>{finding.metric.expected.join(', or ')}</DeviceText>
                </dd>
              </>
            )}
            <dt>seen</dt>
            <dd>
              <DeviceText>{finding.metric.actual ?? finding.metric.reason ?? 'see the evidence'}</DeviceText>
            </dd>
            <EvidenceLinks evidence={finding.metric.evidence ?? []} />
          </BriefFinding>
        ))}
      </ul>
    </div>
  )
}

function UndecidedList({ content }: { content: ReportContent }) {
  const findings = [...content.undecided, ...content.errors]
  return (
    <div>
      <h3>Undecided</h3>
      {findings.length === 0 && <p class="quiet">Everything that was asked could be decided.</p>}
      <ul class="brief">
        {findings.map(finding => (
          <BriefFinding finding={finding}>
            <dt>because</dt>
            <dd>
              <DeviceText>{finding.metric.reason ?? 'no reason was given'}</DeviceText>
            </dd>
            <dt>to do</dt>
            <dd>
              {finding.metric.verdict === 'error' ? 'Repair the harness or the lab' : 'Remove the cause'}, then{' '}
              <code>{repeatCommand(content.record, finding.scenario)}</code>
            </dd>
          </BriefFinding>
        ))}
      </ul>
    </div>
  )
}

interface BriefFindingProps {
  finding: FindingInScenario
  children: preact.ComponentChildren
}

const BriefFinding = ({ finding: { scenario, metric, requirement, verdicts }, children }: BriefFindingProps) => (
  <li>
    <a class="id" href={`#${findingAnchor(scenario, metric)}`}>
      {metric.requirement}
    </a>{' '}
    {requirement?.sentence ?? metric.sentence}
    <dl class="pair">
      {verdicts.length > 1 && (
        <>
          <dt>playings</dt>
          <dd>{playingsText(verdicts)}</dd>
        </>
      )}
      {children}
    </dl>
  </li>
)

function EvidenceLinks({ evidence }: { evidence: readonly number[] }) {
  if (evidence.length === 0) return null
  return (
    <>
      <dt>evidence</dt>
      <dd>
        {evidence.slice(0, 6).map((seq, index) => (
          <>
            {index > 0 && ', '}
            <a href={`#${entryAnchor(seq)}`}>{seq}</a>
          </>
        ))}
        {evidence.length > 6 && ` and ${evidence.length - 6} more`}
      </dd>
    </>
  )
}

function Behaviour({ properties }: { properties: Record<string, string> }) {
  const known = Object.entries(properties)
  if (known.length === 0) return null
  return (
    <div class="columns">
      <div>
        <h3>How this device behaves</h3>
        <dl class="behaviour">
          {known.map(([name, value]) => (
            <div>
              <dt>{visibleText(name)}</dt>
              <dd>
                <DeviceText>{value}</DeviceText>
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  )
}
