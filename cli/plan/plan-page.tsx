import { renderToString } from 'preact-render-to-string'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { markText } from '../../reports/baseline/known-failures.ts'
import { durationText, momentText } from '../../reports/durations.ts'
import { type ContentsEntry, Document } from '../../reports/html/document.tsx'
import { DeviceText, Section, TableFrame } from '../../reports/html/text.tsx'
import type { BaselineOutlook } from '../baseline/baseline-outlook.ts'
import { whyNot } from '../baseline/outlook-lines.ts'
import { coverageStyles, CoveredRequirements, LeftRequirements } from './coverage-section.tsx'
import { LeftScenarios, PlayedScenarios, scenarioStyles } from './scenarios-section.tsx'
import type { RunPlan } from './run-plan.ts'

/** A plan as one HTML document: no network, no scripts. */
export const renderPlan = (plan: RunPlan): string => `<!doctype html>\n${renderToString(<PlanPage plan={plan} />)}\n`

function PlanPage({ plan }: { plan: RunPlan }) {
  const { covered, notCovered } = plan.requirements
  return (
    <Document
      title={visibleText(`Plan for ${plan.device}`)}
      product="connreq plan"
      contents={contentsOf(plan)}
      styles={scenarioStyles + coverageStyles}
    >
      <Outline plan={plan} />
      <PlayedScenarios scenarios={plan.scenarios.filter(({ applies }) => applies)} />
      <LeftScenarios scenarios={plan.scenarios.filter(({ applies }) => !applies)} />
      <LeftRequirements requirements={notCovered} />
      <CoveredRequirements requirements={covered} />
      {plan.baseline && <Baseline outlook={plan.baseline} />}
      <footer>{plan.schema}. The data of this page: connreq plan --format json.</footer>
    </Document>
  )
}

const contentsOf = ({ scenarios, requirements, baseline }: RunPlan): ContentsEntry[] => [
  ['result', 'Outline'],
  ['played', 'Played', scenarios.filter(({ applies }) => applies).length],
  ['left', 'Not played', scenarios.filter(({ applies }) => !applies).length],
  ['not-covered', 'Not judged', requirements.notCovered.length],
  ['covered', 'Judged', requirements.covered.length],
  ...(baseline ? [['baseline', 'Baseline', baseline.knownFailures.length] satisfies ContentsEntry] : []),
]

function Outline({ plan }: { plan: RunPlan }) {
  const { device, basis, scenarios, requirements, lowerBoundMs, expected } = plan
  const { covered, notCovered } = requirements
  const played = scenarios.filter(({ applies }) => applies).length
  return (
    <section id="result" class="result" aria-labelledby="result-title">
      <h1 id="result-title">
        Plan for <DeviceText>{device}</DeviceText>
      </h1>
      <p class="sentence">
        <b>About {durationText(expected.ms)}</b>{' '}
        {`${played} of ${scenarios.length} scenarios would be played, ${covered.length} of ${covered.length + notCovered.length} requirements judged.`}
      </p>
      <dl class="title-block">
        <Fact name="At least" value={durationText(lowerBoundMs)} note="the windows and rests that must be kept" />
        <Fact name="Expected" value={durationText(expected.ms)} note={expected.basis} />
        <Fact name="Rests on" value={basisWords[basis]} note={basisNotes[basis]} />
      </dl>
    </section>
  )
}

const basisWords = { 'simulated device': 'the simulated device', 'assumed until the probe': 'assumptions' }

const basisNotes = {
  'simulated device': 'what is known of it decides what is played',
  'assumed until the probe': 'the device conforms, and can do what the profile declares; the probe decides',
}

const Fact = ({ name, value, note }: { name: string; value: string; note: string }) => (
  <div>
    <dt class="label">{name}</dt>
    <dd>{value}</dd>
    <dd class="note">
      <DeviceText>{note}</DeviceText>
    </dd>
  </div>
)

const Baseline = ({ outlook }: { outlook: BaselineOutlook }) => (
  <Section id="baseline" title="Baseline" clock="real">
    {outlook.run && (
      <p class="lead">
        The run is compared with <DeviceText>{outlook.run.path}</DeviceText> ({momentText(outlook.run.startedAt)}),
        which broke <DeviceText>{outlook.run.broken.join(', ') || 'nothing'}</DeviceText>.
      </p>
    )}
    {outlook.knownFailures.length === 0 ? (
      <p>No failure is known.</p>
    ) : (
      <TableFrame label="Known failures">
        <table>
          <thead>
            <tr>
              <th scope="col">Requirement</th>
              <th scope="col">Known failure</th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {outlook.knownFailures.map(failure => (
              <tr>
                <th scope="row">
                  <span class="mono">
                    <DeviceText>{failure.requirement}</DeviceText>
                  </span>
                </th>
                <td>
                  <KnownFailure failure={failure} outlook={outlook} />
                </td>
                <td>
                  <DeviceText>{markText(failure)}</DeviceText>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    )}
  </Section>
)

interface KnownFailureProps {
  failure: BaselineOutlook['knownFailures'][number]
  outlook: BaselineOutlook
}

function KnownFailure({ failure, outlook }: KnownFailureProps) {
  const { metric = '', seen = '', covers, writeInstead = [] } = failure
  if (covers)
    return (
      <>
        <DeviceText>{metric}</DeviceText>
        <span class="quiet">
          when it shows: <DeviceText>{seen}</DeviceText>
        </span>
      </>
    )
  return (
    <>
      Covers nothing: <DeviceText>{whyNot(outlook, failure.metric, failure.seen)}</DeviceText>
      {writeInstead.length > 0 && (
        <>
          {' '}
          Write in its place:
          <pre class="command">{visibleLines(writeInstead)}</pre>
        </>
      )}
    </>
  )
}

const visibleLines = (lines: readonly string[]) => lines.map(visibleText).join('\n')
