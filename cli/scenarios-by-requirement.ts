import { invariants, knownScenarios } from '../suites/scenarios.ts'

/** By requirement id: the scenarios that judge it. */
export function scenariosByRequirement(): Map<string, string[]> {
  const judges = new Map<string, string[]>()
  for (const { id, metrics } of [...knownScenarios(), invariants])
    for (const { requirement } of Object.values(metrics))
      judges.set(requirement, [...new Set([...(judges.get(requirement) ?? []), id])])
  return judges
}
