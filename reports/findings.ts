import type { Verdict } from '../harness/verdict/verdict.ts'
import { type PlayedMetric, playedMetrics } from './playings.ts'
import type { RequirementRecord, RunRecord, ScenarioRecord } from './run-record.ts'

/** One metric that says something worth telling, with where it was judged. */
export interface FindingInScenario extends PlayedMetric {
  /** Absent when the metric names a requirement the catalogue does not know. */
  requirement: RequirementRecord | undefined
}

/** All metrics with that verdict, in the order in which they were judged; a metric that was played often once. */
export function findingsWith(record: RunRecord, verdict: Verdict): FindingInScenario[] {
  const requirements = new Map(record.requirements.map(requirement => [requirement.id, requirement]))
  return playedMetrics(record)
    .filter(({ metric }) => metric.verdict === verdict)
    .map(played => ({ ...played, requirement: requirements.get(played.metric.requirement) }))
}

/** How to run only this again, as often. The run directory holds the profile as it was used. */
export function repeatCommand(record: RunRecord, { id }: ScenarioRecord, profilePath = 'profile.yaml'): string {
  const { simulated } = record.lab
  const playings = record.scenarios.filter(scenario => scenario.id === id).length
  const what = `--only ${id}${playings > 1 ? ` --repeat ${playings}` : ''}`
  if (!simulated) return `connreq run ${profilePath} ${what}`
  const options = [...simulated.faults.map(id => ` --fault ${id}`), ...simulated.variants.map(id => ` --variant ${id}`)]
  return `connreq run${options.join('')} ${what}`
}
