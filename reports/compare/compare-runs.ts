import type { RunRecord } from '../run-record.ts'
import { countStandings, standingsOf } from '../standing.ts'
import { caveatsOf, circumstancesOf } from './circumstances.ts'
import type { Comparison, MetricName, RunHead, ScenarioOfOne } from './comparison.ts'
import { repeatedMetrics } from './metric-states.ts'
import { playedIds, propertyChanges } from './property-changes.ts'
import { requirementChanges } from './requirement-changes.ts'
import { timingShifts } from './timing-shifts.ts'

/** What differs from one run to another. Pure; a run compared with itself gives empty lists. */
export function compareRuns(before: RunRecord, after: RunRecord): Comparison {
  return {
    schema: 'connreq/compare/1',
    before: headOf(before),
    after: headOf(after),
    caveats: caveatsOf(before, after),
    circumstances: circumstancesOf(before, after),
    requirements: requirementChanges(before, after),
    timing: timingShifts(before, after),
    properties: propertyChanges(before, after),
    scenarios: { gone: scenariosOfOne(before, after), added: scenariosOfOne(after, before) },
    metrics: { gone: metricsOfOne(before, after), added: metricsOfOne(after, before) },
  }
}

function headOf(run: RunRecord): RunHead {
  const { tool, device, clock, startedAt, durationMs, ended, verdict, sentence, lab } = run
  return {
    ...{ tool, device, clock, startedAt, durationMs, ended, verdict, sentence },
    ...(lab.simulated ? { simulated: lab.simulated } : {}),
    counts: countStandings(standingsOf(run).values()),
  }
}

/** Scenarios that `one` played and `other` did not. */
function scenariosOfOne(one: RunRecord, other: RunRecord): ScenarioOfOne[] {
  const [here, there] = [playedIds(one), playedIds(other)]
  const reasons = new Map(other.notApplicable.map(({ id, reason }) => [id, reason]))
  const titles = new Map(one.scenarios.map(({ id, title }) => [id, title]))
  return [...here]
    .filter(id => !there.has(id))
    .map(id => {
      const reason = reasons.get(id)
      return { id, title: titles.get(id) ?? '', ...(reason === undefined ? {} : { reason }) }
    })
}

/** Metrics that `one` has and `other` has not, of scenarios that both played. */
function metricsOfOne(one: RunRecord, other: RunRecord): MetricName[] {
  const [here, there] = [playedIds(one), playedIds(other)]
  const known = repeatedMetrics(other)
  return [...repeatedMetrics(one)].flatMap(([key, { scenario, name, requirement }]) =>
    here.has(scenario) && there.has(scenario) && !known.has(key) ? [{ scenario, name, requirement }] : [],
  )
}
