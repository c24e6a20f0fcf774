import { alsoSeenText } from '../baseline/broken-metrics.ts'
import type { FindingInScenario } from '../findings.ts'
import { repeatCommand } from '../findings.ts'
import { measurementText } from '../measurement.ts'
import { playingsText } from '../playings.ts'
import type { KnownMark, MetricRecord } from '../run-record.ts'
import { standingFor } from '../standing.ts'
import { findingAnchor, scenarioAnchor } from './anchors.ts'
import { filterAttributes } from './filter-bar.tsx'
import type { ReportContent } from './report-content.ts'
import { RequestToRepeat } from './request-to-repeat.tsx'
import { DeviceText, Section, Word } from './text.tsx'
import { transportOf } from '../transports.ts'
import { CitedEntries } from './wire-log.tsx'

/** One card for everything that is not as it should be, worst first. */
export function Findings({ content }: { content: ReportContent }) {
  const findings = [...content.broken, ...content.errors, ...content.undecided, ...content.warnings]
  return (
    <Section id="findings" title="Findings" clock={content.record.clock}>
      {findings.length === 0 ? (
        <p class="lead">Nothing was broken, undecided or worth a warning.</p>
      ) : (
        findings.map(finding => <FindingCard finding={finding} content={content} />)
      )}
    </Section>
  )
}

function FindingCard({ finding, content }: { finding: FindingInScenario; content: ReportContent }) {
  const { scenario, metric, requirement } = finding
  const standing = standingFor(metric.verdict)
  const anchor = findingAnchor(scenario, metric)
  return (
    <article
      id={anchor}
      class={`card ${standing}`}
      aria-labelledby={`title-${anchor}`}
      {...filterAttributes('finding', [standing], [transportOf(scenario)], requirement ? [requirement.clause] : [])}
    >
      <header>
        <Word standing={standing} />
        <h3 id={`title-${anchor}`}>
          <a class="mono" href={`#${metric.requirement}`}>
            {metric.requirement}
          </a>
        </h3>
        {requirement && (
          <span class="quiet">
            {requirement.level}, {requirement.clause}
          </span>
        )}
      </header>
      <p class="sentence-line">{requirement?.sentence ?? metric.sentence}</p>
      {requirement?.alternatives ? <p class="alternatives">Also allowed: {requirement.alternatives}</p> : null}
      <p class="judged">
        Judged in <a href={`#${scenarioAnchor(scenario)}`}>{scenario.title}</a>: {metric.sentence}
      </p>
      <Playings finding={finding} />
      <Known known={metric.known} />
      <Against metric={metric} />
      {requirement?.warningAtMost && metric.verdict === 'warning' ? (
        <p class="part">Why only a warning: {requirement.warningAtMost}</p>
      ) : null}
      <Measurement metric={metric} />
      {metric.evidence?.length ? (
        <div class="part">
          <h4>Evidence</h4>
          <CitedEntries evidence={metric.evidence} content={content} about={aboutOf(metric)} />
        </div>
      ) : null}
      {requirement?.likelyCause !== undefined && (metric.verdict === 'fail' || metric.verdict === 'warning') && (
        <div class="part">
          <h4>Likely cause</h4>
          <p>{requirement.likelyCause}</p>
        </div>
      )}
      <RequestToRepeat finding={finding} content={content} />
      <div class="part">
        <h4>Run only this again</h4>
        <pre class="command">{repeatCommand(content.record, finding)}</pre>
      </div>
    </article>
  )
}

/** Everything the finding says, to find what it speaks of. */
const aboutOf = ({ sentence, expected = [], actual = '', reason = '' }: MetricRecord) =>
  [sentence, ...expected, actual, reason].join(' ')

/** How often it came out so, and which playing the card shows. */
function Playings({ finding: { scenario, verdicts } }: { finding: FindingInScenario }) {
  const text = playingsText(verdicts)
  if (text === undefined) return null
  return (
    <p class="judged">
      Played {verdicts.length} times: <b>{text}</b>. Repetition {scenario.repetition} is shown here.
    </p>
  )
}

/** The words for a failure that the profile accepts for now. */
export function Known({ known }: { known: KnownMark | undefined }) {
  if (known === undefined) return null
  return (
    <p class="judged">
      <b>Known</b>: <DeviceText>{known.reason}</DeviceText>
      {known.until !== undefined && `, until ${known.until}`}
    </p>
  )
}

function Against({ metric }: { metric: MetricRecord }) {
  return (
    <div class="against">
      <div>
        <h4>Expected</h4>
        <ul>
          {(metric.expected ?? [metric.sentence]).map(expected => (
            <li>
              <DeviceText>{expected}</DeviceText>
            </li>
          ))}
        </ul>
      </div>
      <div class="seen">
        <h4>Seen</h4>
        {metric.actual !== undefined && (
          <p>
            <DeviceText>{metric.actual}</DeviceText>
          </p>
        )}
        {metric.alsoSeen !== undefined && (
          <p class="quiet">
            also seen: <DeviceText>{alsoSeenText(metric) ?? ''}</DeviceText>
          </p>
        )}
        {metric.reason !== undefined && (
          <p class={metric.actual === undefined ? 'reason' : 'reason quiet'}>
            <DeviceText>{metric.reason}</DeviceText>
          </p>
        )}
        {metric.actual === undefined && metric.reason === undefined && <p class="quiet">See the evidence.</p>}
      </div>
    </div>
  )
}

/** The measured time beside its limit, drawn to scale and in words. */
function Measurement({ metric }: { metric: MetricRecord }) {
  const text = measurementText(metric)
  if (text === undefined) return null
  const { measured, limit } = metric
  const full = Math.max(measured ?? 0, limit?.ms ?? 0) * 1.08
  return (
    <div class="part">
      <h4>{measured === undefined ? 'Window' : 'Time'}</h4>
      {measured !== undefined && limit && full > 0 && (
        <div class="scale" aria-hidden="true">
          <span class="run" style={`width:${percent(Math.max(0, measured), full)}`} />
          <span class="limit" style={`left:${percent(limit.ms, full)}`} />
        </div>
      )}
      <p>{text}</p>
    </div>
  )
}

const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(2)}%`
