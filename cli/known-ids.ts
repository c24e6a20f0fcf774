import { existsSync } from 'node:fs'
import { knownRequirements } from '../suites/catalogue/catalogue.ts'
import { nearestWord } from '../harness/device/nearest-word.ts'
import { invariants, knownScenarios, scenarioKinds } from '../suites/scenarios.ts'
import { UsageProblem } from './usage-problem.ts'

/** @throws UsageProblem when an id is neither a scenario or a kind of them nor a requirement that a scenario judges */
export function checkOnly(ids: readonly string[]): void {
  const judging = [...knownScenarios(), invariants]
  const judged = new Set(judging.flatMap(({ metrics }) => Object.values(metrics).map(({ requirement }) => requirement)))
  const scenarioIds = [...judging.map(({ id }) => id), ...scenarioKinds]
  for (const id of ids) {
    if (scenarioIds.includes(id) || judged.has(id)) continue
    const row = knownRequirements().find(requirement => requirement.id === id)
    if (row) throw new UsageProblem(`No scenario judges ${id}: ${row.untested?.reason ?? 'it is not covered yet.'}`)
    throw unknown('scenario or requirement', 'only', id, [...scenarioIds, ...judged])
  }
}

/** @throws UsageProblem when an id is not among those of the rows */
export function checkIds(kind: 'fault' | 'variant', ids: readonly string[], rows: readonly { id: string }[]): void {
  const known = rows.map(({ id }) => id)
  for (const id of ids) if (!known.includes(id)) throw unknown(kind, kind, id, known)
}

function unknown(kind: string, option: string, id: string, known: readonly string[]): UsageProblem {
  if (/\.ya?ml$/i.test(id) || existsSync(id))
    return new UsageProblem(
      `There is no ${kind} "${id}"; if it is the profile, put it before --${option}, or end the list with --.`,
    )
  return new UsageProblem(`There is no ${kind} "${id}"; did you mean ${nearestWord(id, known)}?`)
}
