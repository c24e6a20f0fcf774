import type { ScenarioOutcome } from '../../harness/scenario.ts'
import type { Entry } from '../../harness/timeline/entry.ts'

/** The outcome of a scenario by the entries of its last playing; nothing for what is no scenario of this version. */
export type ScenarioJudge = (scenario: string, entries: readonly Entry[]) => ScenarioOutcome | undefined

/** Loads the judges, which are many files. */
export async function loadJudge(): Promise<ScenarioJudge> {
  const [{ judgeScenario }, { knownScenarios }] = await Promise.all([
    import('../../harness/judge.ts'),
    import('../../suites/scenarios.ts'),
  ])
  return (id, entries) => {
    const scenario = knownScenarios().find(candidate => candidate.id === id)
    return scenario && judgeScenario(scenario, entries).at(-1)
  }
}
