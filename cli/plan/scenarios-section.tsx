import { durationText } from '../../reports/durations.ts'
import { DeviceText, Section, TableFrame } from '../../reports/html/text.tsx'
import { windowsMs } from './expected-duration.ts'
import type { PlannedScenario } from './run-plan.ts'

/** For the sections of this file. */
export const scenarioStyles = `
.result .note{font-size:.8125rem;font-weight:400;color:var(--quiet)}
.order{counter-reset:order}.order tr{counter-increment:order}
.order td:first-child::before{content:counter(order);color:var(--quiet)}
.played{table-layout:fixed;overflow-wrap:anywhere}
.played :is(th,td):nth-child(1){width:2.5rem}.played :is(th,td):nth-child(3){width:17rem}.played :is(th,td):nth-child(4){width:11rem}
.played tbody th,.left tbody th{white-space:normal}
.played .requirement{white-space:nowrap}
.played .sum{font-weight:600}.played .because{font-weight:400;font-size:.8125rem}
.left{table-layout:fixed;overflow-wrap:anywhere}.left :is(th,td):nth-child(1){width:15rem}
`

/** What would be played, in its order. */
export const PlayedScenarios = ({ scenarios }: { scenarios: readonly PlannedScenario[] }) => (
  <Section id="played" title="Played, in this order" clock="real">
    <TableFrame label="Scenarios that would be played">
      <table class="played stacks">
        <thead>
          <tr>
            <th scope="col">
              <span class="mono">#</span>
            </th>
            <th scope="col">Scenario</th>
            <th scope="col">Windows and rests</th>
            <th scope="col">Requirements</th>
          </tr>
        </thead>
        <tbody class="order">
          {scenarios.map(scenario => (
            <tr id={`scenario-${scenario.id}`}>
              <td />
              <th scope="row">
                {scenario.title}
                <span class="quiet mono">{scenario.id}</span>
                {scenario.because !== undefined && <span class="quiet because">{scenario.because}</span>}
              </th>
              <td data-label="Windows and rests">
                <Windows scenario={scenario} />
              </td>
              <td data-label="Requirements">
                {scenario.requirements.map((id, index) => (
                  <>
                    {index > 0 && ', '}
                    <a class="requirement" href={`#${id}`}>
                      {id}
                    </a>
                  </>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  </Section>
)

function Windows({ scenario }: { scenario: PlannedScenario }) {
  const { windows } = scenario
  if (windows.length === 0) return <>none</>
  return (
    <>
      <span class="sum">{durationText(windowsMs(scenario))}</span>
      {windows.map(window => (
        <span class="quiet">
          {windows.length > 1 ? `${durationText(window.ms)} for ${window.for}` : `for ${window.for}`}
        </span>
      ))}
    </>
  )
}

/** What would not be played, why, and what would change that. */
export const LeftScenarios = ({ scenarios }: { scenarios: readonly PlannedScenario[] }) => (
  <Section id="left" title="Not played" clock="real">
    {scenarios.length === 0 ? (
      <p class="lead">Every scenario applies.</p>
    ) : (
      <TableFrame label="Scenarios that would not be played">
        <table class="left stacks">
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              <th scope="col">Why not</th>
              <th scope="col">It would apply if</th>
            </tr>
          </thead>
          <tbody>
            {scenarios.map(({ id, title, reason, wouldApplyIf, profile }) => (
              <tr id={`scenario-${id}`}>
                <th scope="row">
                  {title}
                  <span class="quiet mono">{id}</span>
                </th>
                <td data-label="Why not">
                  <DeviceText>{reason ?? ''}</DeviceText>
                </td>
                <td data-label="It would apply if">
                  {wouldApplyIf === undefined ? (
                    <span class="quiet">nothing in the profile changes that</span>
                  ) : (
                    <DeviceText>{wouldApplyIf}</DeviceText>
                  )}
                  {profile && (
                    <span class="quiet">
                      For the profile:
                      {profile.map(line => (
                        <>
                          {' '}
                          <code>{line}</code>
                        </>
                      ))}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
    )}
  </Section>
)
