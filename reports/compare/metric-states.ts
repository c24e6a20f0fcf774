import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import type { RunRecord } from '../run-record.ts'
import { standingFor, standings } from '../standing.ts'
import type { Measurement, MetricName, MetricState } from './comparison.ts'

/** One metric of a run over all repetitions of its scenario. */
export interface RepeatedMetric extends MetricName {
  sentence: string
  state: MetricState
  /** Present where a time was measured. */
  measurement?: Measurement
}

/** The metrics of a run by scenario and name, in the order in which they were judged. */
export function repeatedMetrics({ scenarios }: Pick<RunRecord, 'scenarios'>): Map<string, RepeatedMetric> {
  const outcomes = new Map<string, { scenario: string; all: MetricOutcome[] }>()
  for (const { id, metrics } of scenarios)
    for (const metric of metrics) {
      const key = JSON.stringify([id, metric.name, metric.requirement])
      const known = outcomes.get(key)
      if (known) known.all.push(metric)
      else outcomes.set(key, { scenario: id, all: [metric] })
    }
  return new Map([...outcomes].map(([key, { scenario, all }]) => [key, repeatedMetric(scenario, all)]))
}

function repeatedMetric(scenario: string, outcomes: readonly MetricOutcome[]): RepeatedMetric {
  const worst = Math.min(...outcomes.map(({ verdict }) => standings.indexOf(standingFor(verdict))))
  const standing = standings[worst] ?? 'untested'
  const decisive = outcomes.filter(({ verdict }) => standingFor(verdict) === standing)
  const outcome = decisive[0]!
  const { name, requirement, sentence } = outcome
  const measurement = measurementOf(outcomes)
  return {
    ...{ scenario, name, requirement, sentence },
    state: { standing, outcome, repetitions: { so: decisive.length, of: outcomes.length } },
    ...(measurement ? { measurement } : {}),
  }
}

function measurementOf(outcomes: readonly MetricOutcome[]): Measurement | undefined {
  const times = outcomes.flatMap(({ measured, uncertainty = 0 }) =>
    measured === undefined ? [] : [{ measured, uncertainty }],
  )
  if (times.length === 0) return undefined
  const inOrder = times.map(({ measured }) => measured).sort((a, b) => a - b)
  const median = inOrder[Math.floor((inOrder.length - 1) / 2)] ?? 0
  const limit = outcomes.find(outcome => outcome.measured !== undefined)?.limit
  return {
    measured: median,
    uncertainty: Math.max(...times.map(({ measured, uncertainty }) => Math.abs(measured - median) + uncertainty)),
    ...(limit ? { limit } : {}),
  }
}
