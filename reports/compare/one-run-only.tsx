import { DeviceText, Section } from '../html/text.tsx'
import type { ComparisonView } from './comparison-view.ts'

const sides = [
  { side: 'gone', when: 'before' },
  { side: 'added', when: 'after' },
] as const

/** Scenarios and metrics that only one of the runs has. */
export function OneRunOnly({ view: { comparison, clock } }: { view: ComparisonView }) {
  const { scenarios, metrics } = comparison
  const any = [scenarios, metrics].some(({ gone, added }) => gone.length + added.length > 0)
  return (
    <Section id="one-run" title="In one run only" clock={clock}>
      {!any && <p class="lead">Both runs played the same scenarios and judged the same metrics.</p>}
      {sides.map(({ side, when }) => (
        <>
          {scenarios[side].length > 0 && <h3>Scenarios played only {when}</h3>}
          <ul class="brief">
            {scenarios[side].map(({ id, title, reason }) => (
              <li>
                <span class="id">
                  <DeviceText>{id}</DeviceText>
                </span>{' '}
                <DeviceText>{title}</DeviceText>
                {reason !== undefined && (
                  <p class="quiet">
                    In the other run: <DeviceText>{reason}</DeviceText>
                  </p>
                )}
              </li>
            ))}
          </ul>
          {metrics[side].length > 0 && <h3>Metrics judged only {when}</h3>}
          <ul class="brief">
            {metrics[side].map(({ scenario, name, requirement }) => (
              <li>
                <span class="id">
                  <DeviceText>{requirement}</DeviceText>
                </span>{' '}
                <DeviceText>{`${name} of ${scenario}`}</DeviceText>
              </li>
            ))}
          </ul>
        </>
      ))}
    </Section>
  )
}
