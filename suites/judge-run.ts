import { judgeScenario } from '../harness/judge.ts'
import type { ScenarioOutcome } from '../harness/scenario.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import { metricJudge } from '../harness/verdict/metric.ts'
import { timelineOf } from '../harness/timeline/timeline.ts'
import { worst } from '../harness/verdict/verdict.ts'
import { invariants, scenarios } from './scenarios.ts'

/** Judges a whole run from its entries alone: every scenario that was planned, then the invariants. */
export function judgeRun(entries: readonly Entry[]): ScenarioOutcome[] {
  return [...scenarios.flatMap(scenario => judgeScenario(scenario, entries)), judgeInvariants(entries)]
}

/** The rules that hold at all times, over every entry of the run. */
export function judgeInvariants(entries: readonly Entry[]): ScenarioOutcome {
  const judges = Object.fromEntries(
    Object.entries(invariants.metrics).map(([name, metric]) => [name, metricJudge(name, metric)]),
  )
  invariants.judge(timelineOf(entries), judges, () => undefined)
  const metrics = Object.values(judges).map(judge => judge.outcome())
  const { id, title, purpose } = invariants
  return {
    id,
    title,
    purpose,
    repetition: 1,
    verdict: worst(metrics.map(({ verdict }) => verdict)),
    metrics,
    properties: {},
    steps: [],
    watches: [],
    entries: { from: entries[0]?.seq ?? 0, to: entries.at(-1)?.seq ?? 0 },
  }
}
