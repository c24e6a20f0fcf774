import type { KnownFailure } from '../../harness/device/profile-baseline.ts'
import { nearestWord } from '../../harness/device/nearest-word.ts'
import { metricId } from '../../reports/baseline/broken-metrics.ts'
import { knownRequirements } from '../../suites/catalogue/catalogue.ts'
import { invariants, knownScenarios } from '../../suites/scenarios.ts'
import { UsageProblem } from '../usage-problem.ts'

/** The metrics that judge a requirement, as `scenario.name`. */
export const metricsOf = (requirement: string): string[] =>
  [...knownScenarios(), invariants].flatMap(scenario =>
    Object.entries(scenario.metrics).flatMap(([name, metric]) =>
      metric.requirement === requirement ? [metricId(scenario, { name })] : [],
    ),
  )

/** @throws UsageProblem when one names a requirement or a metric that there is not, or that nothing judges */
export function checkKnownFailures(known: readonly KnownFailure[]): void {
  known.forEach(({ requirement, metric }, index) => {
    const place = `baseline.knownFailures.${index}`
    const row = knownRequirements().find(({ id }) => id === requirement)
    if (!row) {
      const near = nearestWord(
        requirement,
        knownRequirements().map(({ id }) => id),
      )
      throw new UsageProblem(`${place}: there is no requirement "${requirement}"; did you mean ${near}?`)
    }
    const metrics = metricsOf(requirement)
    if (metrics.length === 0)
      throw new UsageProblem(`${place}: no scenario judges ${requirement}, so it cannot be seen to fail.`)
    if (metric !== undefined && !metrics.includes(metric))
      throw new UsageProblem(`${place}: "${metric}" does not judge ${requirement}; these do: ${metrics.join(', ')}.`)
  })
}
