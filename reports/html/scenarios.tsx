import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import { durationText } from '../durations.ts'
import { measurementText } from '../measurement.ts'
import { playedKey } from '../playings.ts'
import type { ScenarioRecord } from '../run-record.ts'
import { standingFor } from '../standing.ts'
import { findingAnchor, scenarioAnchor } from './anchors.ts'
import { Course } from './course.tsx'
import type { ReportContent } from './report-content.ts'
import { DeviceText, Section, TableFrame, Word } from './text.tsx'
import { WireLog } from './wire-log.tsx'

/** Every scenario with what was done, what was judged, and what went over the wire. */
export function Scenarios({ content }: { content: ReportContent }) {
  const { record, outside } = content
  return (
    <Section id="scenarios" title="Scenarios" clock={record.clock}>
      <p class="lead">
        In the wire logs the device stands on the left: → comes from it, ← goes to it, · is the harness itself. Line n
        is line n of timeline.jsonl, which holds every byte.
      </p>
      {record.scenarios
        .filter(scenario => scenario.verdict !== 'not-applicable')
        .map(scenario => (
          <Scenario scenario={scenario} content={content} />
        ))}
      <NotPlayed content={content} />
      <article class="scenario">
        <h3>Before, between and after the scenarios</h3>
        <details>
          <summary>Wire log, {outside.length} entries</summary>
          <WireLog entries={outside} since={outside[0]?.at ?? 0} content={content} />
        </details>
      </article>
    </Section>
  )
}

function Scenario({ scenario, content }: { scenario: ScenarioRecord; content: ReportContent }) {
  const log = content.logs.get(scenario)
  const broken = scenario.metrics.filter(({ verdict }) => verdict === 'fail')
  return (
    <article id={scenarioAnchor(scenario)} class="scenario">
      <header>
        <h3>
          {scenario.title}
          {scenario.repetition > 1 && `, repetition ${scenario.repetition}`}
        </h3>
        <Word standing={standingFor(scenario.verdict)} />
      </header>
      <p>{scenario.purpose}</p>
      <p>
        <code>{scenario.id}</code>
        {log && `, ${durationText(scenario.durationMs)}`}
      </p>
      {scenario.reason !== undefined && (
        <p>
          <DeviceText>{scenario.reason}</DeviceText>
        </p>
      )}
      {log && <Course entries={log} guilty={new Set(broken.flatMap(({ evidence }) => evidence ?? []))} />}
      <Metrics scenario={scenario} content={content} />
      {log && (
        <details>
          <summary>Wire log, {log.length} entries</summary>
          <WireLog entries={log} since={log[0]?.at ?? 0} content={content} />
        </details>
      )}
    </article>
  )
}

const hasCard = new Set(['fail', 'error', 'inconclusive', 'warning'])

function Metrics({ scenario, content }: { scenario: ScenarioRecord; content: ReportContent }) {
  const playings = (metric: MetricOutcome) => content.playings.get(playedKey(scenario, metric))
  return (
    <TableFrame label={`What was judged in ${scenario.title}`}>
      <table class="judgements">
        <thead>
          <tr>
            <th scope="col">Requirement</th>
            <th scope="col">Verdict</th>
            <th scope="col">What a conforming device does</th>
            <th scope="col">Seen</th>
          </tr>
        </thead>
        <tbody>
          {scenario.metrics.map(metric => (
            <tr>
              <th scope="row">
                <a class="mono" href={`#${metric.requirement}`}>
                  {metric.requirement}
                </a>
              </th>
              <td>
                <Word standing={standingFor(metric.verdict)} />
                {playings(metric) !== undefined && <span class="quiet">{playings(metric)}</span>}
                {hasCard.has(metric.verdict) && (
                  <span class="quiet">
                    <a href={`#${findingAnchor(scenario, metric)}`}>finding</a>
                  </span>
                )}
              </td>
              <td>{metric.sentence}</td>
              <td>
                <DeviceText>{metric.actual ?? metric.reason ?? ''}</DeviceText>
                <span class="quiet">{measurementText(metric)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  )
}

function NotPlayed({ content: { record } }: { content: ReportContent }) {
  if (record.notApplicable.length === 0) return null
  return (
    <article class="scenario">
      <h3>Not applicable to this device</h3>
      <TableFrame label="Scenarios that were not played">
        <table>
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              <th scope="col">Why not</th>
              <th scope="col">It would apply if</th>
            </tr>
          </thead>
          <tbody>
            {record.notApplicable.map(({ id, reason, wouldApplyIf }) => (
              <tr>
                <th scope="row">
                  <code>{id}</code>
                </th>
                <td>
                  <DeviceText>{reason}</DeviceText>
                </td>
                <td>
                  <DeviceText>{wouldApplyIf ?? ''}</DeviceText>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </article>
  )
}
