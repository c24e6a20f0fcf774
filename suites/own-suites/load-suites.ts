import { resolve } from 'node:path'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { Requirement } from '../../harness/verdict/requirement.ts'
import { catalogue } from '../catalogue/catalogue.ts'
import { invariants, scenarios } from '../scenarios.ts'
import type { OwnRequirement, Suite } from '../suite.ts'
import { problemsOfSuite } from './check-suite.ts'
import { guardedScenario } from './guarded-scenario.ts'
import { createSuiteImporter } from './import-suite-file.ts'
import { keepLoadedSuites, type LoadedSuite } from './loaded-suites.ts'
import { shownPath } from './shown-path.ts'
import { suiteFiles } from './suite-files.ts'
import { SuiteProblem } from './suite-problem.ts'

/**
 * Reads the suites in these folders and makes them known to this process, in the place of any others: their scenarios
 * are played, judged and listed beside the built-in ones, and so are their requirements.
 * @throws SuiteProblem with a line for each problem
 */
export async function loadSuites(folders: readonly string[]): Promise<void> {
  const loaded: LoadedSuite[] = []
  const whole = [...new Set(folders.map(folder => resolve(folder)))]
  for (const folder of whole) loaded.push(...(await suitesIn(folder, loaded)))
  keepLoadedSuites(loaded)
}

async function suitesIn(folder: string, before: readonly LoadedSuite[]): Promise<LoadedSuite[]> {
  const found: LoadedSuite[] = []
  const files = suiteFiles(folder)
  const importer = await createSuiteImporter(folder)
  for (const file of files) {
    const { suite } = await importer.exportsOf(file)
    if (suite === undefined) continue
    const problems = problemsOfSuite(suite, knownWith([...before, ...found]))
    if (problems.length > 0)
      throw new SuiteProblem(problems.map(problem => visibleText(`${shownPath(file)}: ${problem}`)).join('\n'))
    found.push(loadedSuite(suite as Suite, folder))
  }
  if (found.length > 0) return found
  throw new SuiteProblem(
    `${shownPath(folder)}: no file exports a suite; write: export const suite = defineSuite({ name, requirements, scenarios }).`,
  )
}

function knownWith(suites: readonly LoadedSuite[]) {
  const requirements = [...catalogue, ...suites.flatMap(suite => suite.requirements)]
  const ownScenarios = suites.flatMap(({ name, scenarios: own }) =>
    own.map(({ id }): [string, string] => [id, `the suite "${name}"`]),
  )
  const builtIn = [...scenarios, invariants].map(({ id }): [string, string] => [id, 'a built-in scenario'])
  return {
    requirements: new Map(requirements.map(row => [row.id, row])),
    scenarios: new Map([...builtIn, ...ownScenarios]),
    suites: suites.map(({ name }) => name),
  }
}

const loadedSuite = ({ name, requirements = [], scenarios: own }: Suite, folder: string): LoadedSuite => ({
  name,
  folder,
  requirements: requirements.map(row => completeRequirement(row, name)),
  scenarios: own.map(scenario => guardedScenario(scenario, name)),
})

const completeRequirement = (row: OwnRequirement, suite: string): Requirement => ({
  who: 'CPE',
  since: '',
  alternatives: '',
  basis: `the suite "${suite}"`,
  ...row,
  suite,
})
