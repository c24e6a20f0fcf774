import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import { type FindingInScenario, repeatCommand } from '../findings.ts'
import { measurementText } from '../measurement.ts'
import { playingsText } from '../playings.ts'
import { standingFor } from '../standing.ts'
import { findingAnchor, scenarioAnchor } from './anchors.ts'
import type { ReportContent } from './report-content.ts'
import { DeviceText, Section, Word } from './text.tsx'
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
  return (
    <article id={findingAnchor(scenario, metric)} class={`card ${standing}`}>
      <header>
        <Word standing={standing} />
        <h3>
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
      <Against metric={metric} />
      {requirement?.warningAtMost && metric.verdict === 'warning' ? (
        <p class="part">Why only a warning: {requirement.warningAtMost}</p>
      ) : null}
      <Measurement metric={metric} />
      {metric.evidence?.length ? (
        <div class="part">
          <h4>Evidence</h4>
          <CitedEntries evidence={metric.evidence} content={content} />
        </div>
      ) : null}
      <div class="part">
        <h4>Run only this again</h4>
        <pre class="command">{repeatCommand(content.record, scenario)}</pre>
      </div>
    </article>
  )
}

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

function Against({ metric }: { metric: MetricOutcome }) {
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
function Measurement({ metric }: { metric: MetricOutcome }) {
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
