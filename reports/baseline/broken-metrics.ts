import type { ScenarioOutcome } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import type { RunRecord } from '../run-record.ts'
import { shapeOf } from './failure-shape.ts'

/** A way in which a metric failed. */
export type BrokenMetric = EntryOf<'baseline'>['broken'][number]

/** `scenario.name` */
export const metricId = ({ id }: Pick<ScenarioOutcome, 'id'>, { name }: Pick<MetricOutcome, 'name'>) => `${id}.${name}`

/** The shape of what a metric saw. */
export const shapeOfOutcome = ({ actual, reason }: MetricOutcome) => shapeOf(actual ?? reason ?? '')

/** Every way in which a metric of the run failed, each once, in the order of the run. */
export function brokenMetrics(scenarios: readonly Pick<ScenarioOutcome, 'id' | 'metrics'>[]): BrokenMetric[] {
  const broken = new Map<string, BrokenMetric>()
  for (const scenario of scenarios)
    for (const outcome of scenario.metrics) {
      if (outcome.verdict !== 'fail') continue
      const { requirement } = outcome
      const failure = { requirement, metric: metricId(scenario, outcome), seen: shapeOfOutcome(outcome) }
      broken.set(JSON.stringify(failure), failure)
    }
  return [...broken.values()]
}

/** What a run's beginning puts on its timeline of the run that it is compared with. */
export const baselineEntry = (path: string, { startedAt, scenarios }: RunRecord) =>
  ({ type: 'baseline', run: { path, startedAt }, broken: brokenMetrics(scenarios) }) as const
