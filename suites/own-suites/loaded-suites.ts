import type { Scenario } from '../../harness/scenario.ts'
import type { Requirement } from '../../harness/verdict/requirement.ts'

/** A suite of the user's own that was read and found to be in order. */
export interface LoadedSuite {
  name: string
  /** As an absolute path. */
  folder: string
  requirements: readonly Requirement[]
  scenarios: readonly Scenario[]
}

let loaded: readonly LoadedSuite[] = []

/** The suites that this process plays and judges beside the built-in scenarios; none until they are loaded. */
export const loadedSuites = (): readonly LoadedSuite[] => loaded

/** From now on the process knows these suites, and no others. */
export function keepLoadedSuites(suites: readonly LoadedSuite[]): void {
  loaded = suites
}
