import type { ScenarioOutcome } from '../../harness/scenario.ts'
import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import { type Verdict, worst } from '../../harness/verdict/verdict.ts'
import { countStandings, type Standing, type StandingCounts, standingFor } from '../../reports/standing.ts'

/** How many requirements stand where, of those that the scenarios until now looked at. */
export function countsSoFar(outcomes: readonly ScenarioOutcome[]): StandingCounts {
  const verdicts = new Map<string, Verdict[]>()
  for (const { metrics } of outcomes)
    for (const { requirement, verdict } of metrics)
      verdicts.set(requirement, [...(verdicts.get(requirement) ?? []), verdict])
  return countStandings([...verdicts.values()].map(standingOf))
}

/** As in the report: a breach stays one, whatever failed in another scenario. */
const standingOf = (verdicts: readonly Verdict[]): Standing =>
  verdicts.includes('fail') ? 'broken' : standingFor(worst([...verdicts]))

/** One metric that is worth telling, with where it was judged. */
export interface FindingSoFar {
  outcome: ScenarioOutcome
  metric: MetricOutcome
}

const told: readonly Verdict[] = ['fail', 'error', 'inconclusive', 'warning']

/** What was found until now, the worst first. */
export const findingsSoFar = (outcomes: readonly ScenarioOutcome[]): FindingSoFar[] =>
  told.flatMap(verdict =>
    outcomes.flatMap(outcome =>
      outcome.metrics.filter(metric => metric.verdict === verdict).map(metric => ({ outcome, metric })),
    ),
  )
