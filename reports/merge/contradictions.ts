import { type RepeatedMetric, repeatedMetrics } from '../compare/metric-states.ts'
import { sameButForTimes } from '../compare/same-but-for-times.ts'
import { type Standing, standingWords } from '../standing.ts'
import type { Contradiction, NamedRun } from './merged-runs.ts'
import { sayingsOf } from './sayings.ts'

/**
 * Of what the runs of one device say different things: metrics that were judged otherwise, and properties of the
 * device. An undecided metric or an error of ours contradicts nothing, nor do times that are about the same.
 */
export function contradictionsOf(runs: readonly NamedRun[]): Contradiction[] {
  return runs.length < 2 ? [] : [...metricContradictions(runs), ...propertyContradictions(runs)]
}

const undecisive: ReadonlySet<Standing> = new Set(['undecided', 'error', 'untested'])

function metricContradictions(runs: readonly NamedRun[]): Contradiction[] {
  const judged = new Map<string, { metric: RepeatedMetric; run: string }[]>()
  for (const { path, record } of runs)
    for (const [key, metric] of repeatedMetrics(record))
      if (!undecisive.has(metric.state.standing)) judged.set(key, [...(judged.get(key) ?? []), { metric, run: path }])
  return [...judged.values()].flatMap(all => {
    const standings = new Set(all.map(({ metric }) => metric.state.standing))
    const [first] = all
    if (!first || standings.size < 2) return []
    const { scenario, name, requirement } = first.metric
    const sayings = sayingsOf(all.map(({ metric, run }) => ({ says: standingWords[metric.state.standing], run })))
    return { about: `${scenario}.${name}`, requirement, sayings }
  })
}

function propertyContradictions(runs: readonly NamedRun[]): Contradiction[] {
  const values = new Map<string, { says: string; run: string }[]>()
  for (const { path, record } of runs)
    for (const [name, value] of Object.entries(record.properties)) {
      const known = values.get(name) ?? []
      const says = known.find(other => sameButForTimes(other.says, value))?.says ?? value
      values.set(name, [...known, { says, run: path }])
    }
  return [...values].flatMap(([about, said]) => {
    const sayings = sayingsOf(said)
    return sayings.length > 1 ? { about, sayings } : []
  })
}
