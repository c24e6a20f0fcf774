import { judgeScenario } from '../harness/judge.ts'
import type { ScenarioOutcome } from '../harness/scenario.ts'
import { besideAllSuspensions } from '../harness/suspension.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import type { Requirement } from '../harness/verdict/requirement.ts'
import { metricJudge, notLookedAt } from '../harness/verdict/metric.ts'
import { timelineOf } from '../harness/timeline/timeline.ts'
import { worst } from '../harness/verdict/verdict.ts'
import { catalogue } from './catalogue/catalogue.ts'
import { judgeOwnScenarios, ownRequirementsOf } from './own-suites/declared-suites.ts'
import { judgeCapture } from './passive/judge-capture.ts'
import { invariants, scenarios } from './scenarios.ts'

/**
 * Judges a whole run from its entries alone: every scenario that was planned, then the invariants. Scenarios of suites
 * that are not loaded are undecided. Of a capture every
 * scenario: where its comments tell that it was played, by its judge, else by what the capture happens to show.
 */
export function judgeRun(entries: readonly Entry[]): ScenarioOutcome[] {
  const start = entries.find(({ type }) => type === 'run-started')
  if (start?.type === 'run-started' && start.captured !== undefined) return judgeCaptured(entries)
  return [
    ...scenarios.flatMap(scenario => judgeScenario(scenario, entries)),
    ...judgeOwnScenarios(entries),
    judgeInvariants(entries),
  ]
}

function judgeCaptured(entries: readonly Entry[]): ScenarioOutcome[] {
  const byId = new Map(scenarios.map(scenario => [scenario.id, scenario]))
  return judgeCapture(entries, judgeInvariants(entries)).flatMap(shown => {
    const scenario = byId.get(shown.id)
    const played = scenario === undefined ? [] : judgeScenario(scenario, entries)
    return played.length === 0 ? [shown] : played.map(outcome => withoutUnlooked(outcome))
  })
}

/** What a judge did not look at, the comments of the capture do not tell: no error of ours. */
function withoutUnlooked(outcome: ScenarioOutcome): ScenarioOutcome {
  const metrics = outcome.metrics.map(metric =>
    metric.verdict === 'error' && metric.reason === notLookedAt
      ? { ...metric, verdict: 'not-asked' as const, reason: 'The capture does not show what this is judged by.' }
      : metric,
  )
  return { ...outcome, metrics, verdict: worst(metrics.map(({ verdict }) => verdict)) }
}

/** What a run is judged by: the catalogue, and the requirements of the suites that it played. */
export const requirementsOf = (entries: readonly Entry[]): readonly Requirement[] => [
  ...catalogue,
  ...ownRequirementsOf(entries),
]

/** The rules that hold at all times, over every entry of the run. */
export function judgeInvariants(entries: readonly Entry[]): ScenarioOutcome {
  const judges = Object.fromEntries(
    Object.entries(invariants.metrics).map(([name, metric]) => [name, metricJudge(name, metric)]),
  )
  invariants.judge(timelineOf(entries), besideAllSuspensions(judges, entries), () => undefined)
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
