import type { MetricOutcome } from '../harness/verdict/metric.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'
import type { RequirementRecord, RunRecord, ScenarioRecord } from './run-record.ts'

/** One metric that says something worth telling, with where it was judged. */
export interface FindingInScenario {
  scenario: ScenarioRecord
  metric: MetricOutcome
  /** Absent when the metric names a requirement the catalogue does not know. */
  requirement: RequirementRecord | undefined
}

/** All metrics with that verdict, in the order in which they were judged. */
export function findingsWith(record: RunRecord, verdict: Verdict): FindingInScenario[] {
  const requirements = new Map(record.requirements.map(requirement => [requirement.id, requirement]))
  return record.scenarios.flatMap(scenario =>
    scenario.metrics
      .filter(metric => metric.verdict === verdict)
      .map(metric => ({ scenario, metric, requirement: requirements.get(metric.requirement) })),
  )
}

/** How to run only this again. The run directory holds the profile as it was used. */
export function repeatCommand(record: RunRecord, scenario: ScenarioRecord, profilePath = 'profile.yaml'): string {
  const { simulated } = record.lab
  if (!simulated) return `connreq run ${profilePath} --only ${scenario.id}`
  const options = [...simulated.faults.map(id => ` --fault ${id}`), ...simulated.variants.map(id => ` --variant ${id}`)]
  return `connreq run${options.join('')} --only ${scenario.id}`
}
