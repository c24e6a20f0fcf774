import type { Verdict } from '../../harness/verdict/verdict.ts'
import type { RunRecord, ScenarioRecord } from '../../reports/run-record.ts'
import { standingFor, standingWords } from '../../reports/standing.ts'
import { invariants } from '../../suites/scenarios.ts'

/** A scenario that an earlier run gives a reason to play again. */
export interface FailedScenario {
  id: string
  /** For people: `CR-GEN-08 broken`. */
  because: string[]
}

/** A warning is no reason: it says what it has to say. */
const reasons: readonly Verdict[] = ['fail', 'error', 'inconclusive']

/**
 * The scenarios of which a metric failed, hit an error or stayed undecided, in the order of the run. What the
 * invariants found counts for the scenarios in which its evidence lies.
 */
export function failedScenarios({ scenarios }: Pick<RunRecord, 'scenarios'>): FailedScenario[] {
  const because = new Map<string, Set<string>>(scenarios.map(({ id }) => [id, new Set()]))
  for (const scenario of scenarios) {
    for (const { requirement, verdict, evidence = [] } of scenario.metrics) {
      if (!reasons.includes(verdict)) continue
      const reason = `${requirement} ${standingWords[standingFor(verdict)]}`
      because.get(scenario.id)?.add(reason)
      if (scenario.id !== invariants.id) continue
      for (const { id } of scenarios.filter(other => evidence.some(seq => wasPlayedAt(other, seq))))
        because.get(id)?.add(`${reason} at that time`)
    }
    if (reasons.includes(scenario.verdict) && because.get(scenario.id)?.size === 0)
      because.get(scenario.id)?.add(standingWords[standingFor(scenario.verdict)])
  }
  return [...because].flatMap(([id, why]) => (why.size === 0 ? [] : [{ id, because: [...why] }]))
}

const wasPlayedAt = ({ id, verdict, entries }: ScenarioRecord, seq: number) =>
  id !== invariants.id && verdict !== 'not-applicable' && entries.from <= seq && seq <= entries.to
