import type { ScenarioOutcome } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { type MetricOutcome, moreSeen } from '../../harness/verdict/metric.ts'
import type { RunRecord } from '../run-record.ts'
import { playedScenarios } from './earlier-caveats.ts'
import { shapeOf } from './failure-shape.ts'

/** A way in which a metric failed. */
export type BrokenMetric = EntryOf<'baseline'>['broken'][number]

/** `scenario.name` */
export const metricId = ({ id }: Pick<ScenarioOutcome, 'id'>, { name }: Pick<MetricOutcome, 'name'>) => `${id}.${name}`

type Seen = Pick<MetricOutcome, 'actual' | 'reason' | 'alsoSeen'>

/** The shapes of all that a metric saw, each once; `moreSeen` stands for those that are not known. */
export const shapesOfOutcome = ({ actual, reason, alsoSeen = [] }: Seen): string[] => [
  ...new Set([actual ?? reason ?? '', ...alsoSeen].map(shapeOf)),
]

/** What else a metric saw, in one line; `undefined` where nothing. */
export const alsoSeenText = ({ alsoSeen }: Pick<MetricOutcome, 'alsoSeen'>): string | undefined => alsoSeen?.join('; ')

const mostShapes = 20

/** The same outcome with only one example of each further shape, at most 20 of them and a sign that there were more. */
export function withShapesOnce({ alsoSeen, ...rest }: MetricOutcome): MetricOutcome {
  if (alsoSeen === undefined) return rest
  const shapes = new Set(shapesOfOutcome(rest))
  const examples = alsoSeen.filter(seen => {
    const shape = shapeOf(seen)
    return !shapes.has(shape) && shapes.add(shape)
  })
  const shown = examples.length > mostShapes ? [...examples.slice(0, mostShapes), moreSeen] : examples
  return shown.length > 0 ? { ...rest, alsoSeen: shown } : rest
}

/** Every way in which a metric of the run failed, each once, in the order of the run. */
export function brokenMetrics(scenarios: readonly Pick<ScenarioOutcome, 'id' | 'metrics'>[]): BrokenMetric[] {
  const broken = new Map<string, BrokenMetric>()
  for (const scenario of scenarios)
    for (const outcome of scenario.metrics) {
      if (outcome.verdict !== 'fail') continue
      const { requirement } = outcome
      for (const seen of shapesOfOutcome(outcome)) {
        if (seen === moreSeen) continue
        const failure = { requirement, metric: metricId(scenario, outcome), seen }
        broken.set(JSON.stringify(failure), failure)
      }
    }
  return [...broken.values()]
}

/** What a run's beginning puts on its timeline of the run that it is compared with. */
export function baselineEntry(
  path: string,
  { startedAt, scenarios, clock, device, ended, lab }: RunRecord,
): Omit<EntryOf<'baseline'>, 'seq' | 'at'> {
  const { name, manufacturer, oui, productClass, firmware } = device
  const told = { name, manufacturer, oui, productClass, firmware }
  return {
    type: 'baseline',
    run: {
      path,
      startedAt,
      clock,
      device: Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)),
      ended: { how: ended.how },
      simulated: lab.simulated !== undefined,
      scenarios: playedScenarios(scenarios),
    },
    broken: brokenMetrics(scenarios),
  }
}
