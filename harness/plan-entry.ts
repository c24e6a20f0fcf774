import { formatDuration } from './device/duration.ts'
import type { DeviceFacts } from './device/facts.ts'
import type { Scenario } from './scenario.ts'
import type { NewEntry } from './timeline/entry.ts'

/** A scenario that would apply, but is played only when it is asked for. */
export function leftOutEntry(scenario: Scenario, facts: DeviceFacts): NewEntry & { type: 'planned' } {
  const entry = planEntry(scenario, facts)
  if (!entry.applies) return entry
  const { reason, wouldApplyIf } = notAskedFor(scenario, entry.windowsMs)
  return { ...entry, applies: false, leftOut: true, reason, wouldApplyIf, windowsMs: 0 }
}

/** Why a long scenario is not played, and what would change that. */
export const notAskedFor = ({ long }: Scenario, windowsMs: number) => ({
  reason: `It takes at least ${formatDuration(windowsMs)} and was not asked for: ${(long?.why ?? 'it is long').replace(/\.$/, '')}.`,
  wouldApplyIf: 'it were asked for with --include long',
})

/** Whether a scenario applies to the device, and how long it takes at least. */
export function planEntry(scenario: Scenario, facts: DeviceFacts): NewEntry & { type: 'planned' } {
  const result = scenario.applies(facts)
  const windowsMs = scenario.windows(facts).reduce((sum, { ms }) => sum + ms, 0)
  if (result.applies) return { type: 'planned', scenario: scenario.id, applies: true, windowsMs }
  const { reason, wouldApplyIf } = result
  return {
    type: 'planned',
    scenario: scenario.id,
    applies: false,
    reason,
    windowsMs: 0,
    ...(wouldApplyIf === undefined ? {} : { wouldApplyIf }),
  }
}
