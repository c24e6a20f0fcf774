import type { Entry } from '../../harness/timeline/entry.ts'
import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import { diagramOf } from '../diagram/diagram-of.ts'
import { durationText } from '../durations.ts'
import { measurementText } from '../measurement.ts'
import { playedKey } from '../playings.ts'
import type { ScenarioRecord } from '../run-record.ts'
import { type Standing, standingFor } from '../standing.ts'
import { transportOf } from '../transports.ts'
import { entryAnchor, findingAnchor, scenarioAnchor } from './anchors.ts'
import { filterAttributes } from './filter-bar.tsx'
import type { ReportContent } from './report-content.ts'
import type { ShownPlaying } from './shown-playings.ts'
import { SequenceDiagram } from './sequence-diagram.tsx'
import { DeviceText, Section, TableFrame, Word } from './text.tsx'
import { WireLog } from './wire-log.tsx'

/** Every scenario with what was done, what was judged, and what went over the wire. */
export function Scenarios({ content }: { content: ReportContent }) {
  const { record, outside, playings } = content
  return (
    <Section id="scenarios" title="Scenarios" clock={record.clock}>
      <p class="lead">
        In the wire logs the device stands on the left: → comes from it, ← goes to it, · is the harness itself. Line n
        is line n of timeline.jsonl, which holds what was said in full, but for secrets and what is marked as left out.
      </p>
      {playings.map(playing => (
        <Scenario playing={playing} content={content} />
      ))}
      <NotPlayed content={content} />
      <article class="scenario">
        <h3>Before, between and after the scenarios</h3>
        <WireLog entries={outside} content={content} of="what lies outside of the scenarios" />
      </article>
    </Section>
  )
}

function Scenario({ playing: { scenario, alike }, content }: { playing: ShownPlaying; content: ReportContent }) {
  const log = content.logs.get(scenario)
  const anchor = scenarioAnchor(scenario)
  const isNotable = scenario.metrics.some(({ verdict }) => hasCard.has(verdict))
  return (
    <article
      id={anchor}
      class="scenario"
      aria-labelledby={`title-${anchor}`}
      {...filterAttributes('scenario', standingsIn(scenario), [transportOf(scenario)], clausesOf(scenario, content))}
    >
      <header>
        <h3 id={`title-${anchor}`}>
          {scenario.title}
          {scenario.repetition > 1 && `, repetition ${scenario.repetition}`}
        </h3>
        <Word standing={standingFor(scenario.verdict)} />
      </header>
      <p>{scenario.purpose}</p>
      {scenario.reason !== undefined && (
        <p>
          <DeviceText>{scenario.reason}</DeviceText>
        </p>
      )}
      <details open={isNotable}>
        <summary>
          <code>{scenario.id}</code>
          {scenario.suite !== undefined && ` of the suite ${scenario.suite}`}: {scenario.metrics.length} judged
          {log && `, ${durationText(scenario.durationMs)}, ${log.length.toLocaleString('en')} entries`}
        </summary>
        <Steps scenario={scenario} />
        {log && (
          <SequenceDiagram
            diagram={diagramOf(log, { guilty: guiltyIn(scenario) })}
            title={`Course of ${scenario.title}`}
            id={`course-${anchor}`}
          />
        )}
        <Metrics scenario={scenario} content={content} />
        {log && <WireLog entries={log} content={content} of={scenario.title} />}
        {alike.length > 0 && <Alike playings={alike} log={content.logsOfAlike.get(scenario)} content={content} />}
      </details>
    </article>
  )
}

/** What findings of this playing cite. */
const guiltyIn = ({ metrics }: ScenarioRecord) =>
  new Set(metrics.filter(({ verdict }) => verdict === 'fail').flatMap(({ evidence }) => evidence ?? []))

const standingsIn = ({ verdict, metrics }: ScenarioRecord): Standing[] => [
  ...new Set([standingFor(verdict), ...metrics.map(metric => standingFor(metric.verdict))]),
]

function clausesOf({ metrics }: ScenarioRecord, { clauseOf }: ReportContent): string[] {
  return metrics.flatMap(({ requirement }) => clauseOf.get(requirement) ?? [])
}

const mostSteps = 60

function Steps({ scenario: { steps, watches } }: { scenario: ScenarioRecord }) {
  if (steps.length === 0) return null
  return (
    <ol class="steps">
      {steps.slice(0, mostSteps).map(({ text, from, to }) => (
        <li>
          <DeviceText>{text}</DeviceText> <span class="quiet">{durationText(to - from)}</span>
          {watches
            .filter(watch => watch.from >= from && watch.to <= to)
            .map(watch => (
              <span class="quiet watch">
                Watched for <DeviceText>{watch.for}</DeviceText>, {durationText(watch.to - watch.from)}
              </span>
            ))}
        </li>
      ))}
      {steps.length > mostSteps && <li class="quiet">and {steps.length - mostSteps} more steps</li>}
    </ol>
  )
}

/** Playings that came out alike: nothing but how they stand, and their entries one after another. */
function Alike({
  playings,
  log,
  content,
}: {
  playings: readonly ScenarioRecord[]
  log: Entry[] | undefined
  content: ReportContent
}) {
  const title = playings[0]?.title ?? ''
  return (
    <>
      <h4>Further playings</h4>
      <p class="alike">
        {playings.map(playing => (
          <>
            <span id={scenarioAnchor(playing)}>
              repetition {playing.repetition} <Word standing={standingFor(playing.verdict)} />{' '}
              <span class="quiet">
                {durationText(playing.durationMs)}, from{' '}
                <a href={`#${entryAnchor(playing.entries.from)}`}>{playing.entries.from}</a>
              </span>
            </span>{' '}
          </>
        ))}
      </p>
      {log && <WireLog entries={log} content={content} of={`further playings of ${title}`} />}
    </>
  )
}

const hasCard = new Set(['fail', 'error', 'inconclusive', 'warning'])

function Metrics({ scenario, content }: { scenario: ScenarioRecord; content: ReportContent }) {
  const playings = (metric: MetricOutcome) => content.playedTexts.get(playedKey(scenario, metric))
  return (
    <TableFrame label={`What was judged in ${scenario.title}`}>
      <table class="judgements stacks">
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
              <td data-label="what a conforming device does">{metric.sentence}</td>
              <td data-label="seen">
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

/** Scenarios that do not apply, by name, a row a reason. */
function NotPlayed({ content: { record } }: { content: ReportContent }) {
  if (record.notApplicable.length === 0) return null
  const groups = new Map<string, typeof record.notApplicable>()
  for (const scenario of record.notApplicable) {
    const key = JSON.stringify([scenario.reason, scenario.wouldApplyIf])
    groups.set(key, [...(groups.get(key) ?? []), scenario])
  }
  return (
    <article class="scenario not-played">
      <h3 id="not-played">Not applicable to this device ({record.notApplicable.length})</h3>
      <TableFrame label="Scenarios that were not played">
        <table aria-labelledby="not-played">
          <thead>
            <tr>
              <th scope="col">Scenarios</th>
              <th scope="col">Why not</th>
              <th scope="col">They would apply if</th>
            </tr>
          </thead>
          <tbody>
            {[...groups.values()].map(group => (
              <tr>
                <th scope="row">
                  {group.map(({ id }) => (
                    <div>
                      <code>{id}</code>
                    </div>
                  ))}
                </th>
                <td>
                  <DeviceText>{group[0]?.reason ?? ''}</DeviceText>
                </td>
                <td>
                  <DeviceText>{group[0]?.wouldApplyIf ?? ''}</DeviceText>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    </article>
  )
}
