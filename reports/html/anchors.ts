import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import type { ScenarioRecord } from '../run-record.ts'

/** Where an entry stands in the report. */
export const entryAnchor = (seq: number) => `e-${seq}`

/** Where a scenario stands in the report. */
export const scenarioAnchor = ({ id, repetition }: Pick<ScenarioRecord, 'id' | 'repetition'>) =>
  repetition > 1 ? `scenario-${id}-${repetition}` : `scenario-${id}`

/** Where the card of a finding stands in the report. */
export const findingAnchor = (scenario: ScenarioRecord, metric: MetricOutcome) =>
  `finding-${scenario.id}-${metric.name}${scenario.repetition > 1 ? `-${scenario.repetition}` : ''}`
