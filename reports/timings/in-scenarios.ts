import type { Entry } from '../../harness/timeline/entry.ts'

/** Each entry with the scenario that was being played. */
export function* inScenarios(entries: readonly Entry[]): Iterable<[scenario: string | undefined, entry: Entry]> {
  let scenario: string | undefined
  for (const entry of entries) {
    if (entry.type === 'scenario-begun') scenario = entry.scenario
    yield [scenario, entry]
    if (entry.type === 'scenario-ended') scenario = undefined
  }
}
