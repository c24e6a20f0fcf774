import { judgeScenario } from '../../harness/judge.ts'
import type { Scenario, ScenarioOutcome } from '../../harness/scenario.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import type { Requirement } from '../../harness/verdict/requirement.ts'
import { type LoadedSuite, loadedSuites } from './loaded-suites.ts'
import { shownPath } from './shown-path.ts'

/** What a run says of the suites of the user's own that it plays, so that it can be reported without them. */
type DeclaredSuite = NonNullable<EntryOf<'run-started'>['suites']>[number]
type DeclaredScenario = DeclaredSuite['scenarios'][number]

/** What the run's first entry says of the loaded suites; nothing where there are none. */
export function declaredSuites(): Pick<EntryOf<'run-started'>, 'suites'> {
  const suites = loadedSuites()
  return suites.length === 0 ? {} : { suites: suites.map(declared) }
}

const declared = ({ name, folder, requirements, scenarios }: LoadedSuite): DeclaredSuite => ({
  name,
  folder: shownPath(folder),
  requirements: requirements.map(row => ({ ...row })),
  scenarios: scenarios.map(({ id, title, purpose, metrics }) => ({
    id,
    title,
    purpose,
    metrics: Object.entries(metrics).map(([metric, row]) => ({ name: metric, ...row })),
  })),
})

const suitesOf = (entries: readonly Entry[]): readonly DeclaredSuite[] => {
  const start = entries.find(({ type }) => type === 'run-started')
  return (start?.type === 'run-started' ? start.suites : undefined) ?? []
}

const loadedAs = ({ name }: DeclaredSuite) => loadedSuites().find(suite => suite.name === name)

/** The requirements of the suites of a run: as they are now where the suite is loaded, else as they were. */
export function ownRequirementsOf(entries: readonly Entry[]): Requirement[] {
  const rows = suitesOf(entries).flatMap(suite => {
    const now = loadedAs(suite)?.requirements ?? []
    const gone = suite.requirements.filter(({ id }) => !now.some(row => row.id === id))
    return [...now, ...(gone as Requirement[])]
  })
  return [...new Map(rows.map(row => [row.id, row])).values()]
}

/** Judges the scenarios of the suites of a run. What cannot be judged because its suite is not loaded is undecided. */
export const judgeOwnScenarios = (entries: readonly Entry[]): ScenarioOutcome[] =>
  suitesOf(entries).flatMap(suite => {
    const now = loadedAs(suite)
    return suite.scenarios.flatMap(scenario => {
      const loaded = now?.scenarios.find(({ id }) => id === scenario.id)
      const judging = loaded === undefined ? undecided(scenario, suite) : withLostMetrics(loaded, scenario, suite)
      return judgeScenario(judging, entries).map(outcome => ({ ...outcome, suite: suite.name }))
    })
  })

/** What was judged in the run and is in the scenario no more stays in the report: nobody can say that it was kept. */
function withLostMetrics(loaded: Scenario, { id, metrics }: DeclaredScenario, suite: DeclaredSuite): Scenario {
  const lost = metrics.filter(({ name }) => !Object.hasOwn(loaded.metrics, name))
  if (lost.length === 0) return loaded
  return {
    ...loaded,
    metrics: { ...loaded.metrics, ...byName(lost) },
    judge(timeline, verdict, property) {
      for (const { name } of lost)
        verdict[name]?.inconclusive(`The suite "${suite.name}" has no metric ${name} in scenario ${id} any more.`)
      const own = Object.keys(loaded.metrics).flatMap(name => (verdict[name] ? [[name, verdict[name]] as const] : []))
      loaded.judge(timeline, Object.fromEntries(own), property)
    },
  }
}

const byName = (metrics: DeclaredScenario['metrics']): Scenario['metrics'] =>
  Object.fromEntries(metrics.map(({ name, ...metric }) => [name, metric]))

/** Stands for a scenario that is not here: its judge can say no more than that. */
function undecided({ id, title, purpose, metrics }: DeclaredScenario, suite: DeclaredSuite): Scenario {
  const reason =
    loadedAs(suite) === undefined
      ? `Scenario ${id} belongs to the suite "${suite.name}"; name its folder with --suites (it was ${suite.folder}).`
      : `The suite "${suite.name}" has no scenario ${id} any more.`
  return {
    id,
    title,
    purpose,
    metrics: byName(metrics),
    applies: () => ({ applies: true }),
    windows: () => [],
    run: () => Promise.reject(new Error(reason)),
    judge(_timeline, verdict) {
      for (const judge of Object.values(verdict)) judge.inconclusive(reason)
    },
  }
}
