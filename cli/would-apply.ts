import type { DeviceFacts } from '../harness/device/facts.ts'
import type { WouldApply } from '../reports/merge/found-differently.ts'
import type { NamedRun } from '../reports/merge/merged-runs.ts'

/**
 * What the scenarios themselves say of a device; nothing of suites that are not loaded. Only parts of one run need it,
 * and so the scenarios are loaded for those alone.
 */
export async function wouldApplyFor(runs: readonly NamedRun[]): Promise<WouldApply | undefined> {
  const isNeeded = runs.some(({ record: { shard, notApplicable } }) => shard && notApplicable.length > 0)
  if (!isNeeded) return undefined
  const { knownScenarios } = await import('../suites/scenarios.ts')
  const scenarios = new Map(knownScenarios().map(scenario => [scenario.id, scenario]))
  return (id, probe) => {
    try {
      return scenarios.get(id)?.applies(probe as DeviceFacts).applies
    } catch {
      // The probe of another version.
      return undefined
    }
  }
}
