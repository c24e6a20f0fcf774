import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import type { ScenarioRecord } from '../run-record.ts'

/** Where an entry stands in the report. */
export const entryAnchor = (seq: number) => `e-${seq}`

/** Where a scenario stands in the report. */
export const scenarioAnchor = ({ id, repetition }: Pick<ScenarioRecord, 'id' | 'repetition'>) =>
  repetition > 1 ? `scenario-${id}-${repetition}` : `scenario-${id}`

/** Where the card of a finding stands in the report: one for all playings. */
export const findingAnchor = ({ id }: Pick<ScenarioRecord, 'id'>, { name }: Pick<MetricOutcome, 'name'>) =>
  `finding-${id}-${name}`
