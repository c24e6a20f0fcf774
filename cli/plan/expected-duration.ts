import type { PlannedScenario, PlanRequest, RunPlan } from './run-plan.ts'

/** What scenarios take beside the windows and rests that they keep, as the simulated device shows it. */
const besidesWindows = 0.1
/** A device that is no simulation needs seconds for a session, and most scenarios bring a few. */
const sessionsOfScenarioMs = 10_000

/** The windows and rests of a scenario in milliseconds. */
export const windowsMs = ({ windows }: Pick<PlannedScenario, 'windows'>) => windows.reduce((sum, { ms }) => sum + ms, 0)

/**
 * How long a run will take: each scenario as long as in an earlier run of the device, but at least its windows; where
 * that did not play it, an estimate.
 */
export function expectedDuration(
  planned: readonly PlannedScenario[],
  earlier: PlanRequest['earlier'],
): RunPlan['expected'] {
  const played = planned.filter(({ applies }) => applies)
  const known = new Map(earlier?.record.scenarios.map(({ id, durationMs }) => [id, durationMs]))
  const timed = played.filter(scenario => isTimed(scenario, known))
  const ms = played.reduce((sum, scenario) => {
    if (scenario.windows.length === 0) return sum
    const least = windowsMs(scenario)
    const before = known.get(scenario.id)
    return sum + (before ? Math.max(least, before) : least * (1 + besidesWindows) + sessionsOfScenarioMs)
  }, 0)
  return { ms: Math.round(ms), basis: basisOf(timed.length, played.length, earlier?.path) }
}

/** What must hold at all times is judged, not played. */
const isTimed = ({ id, windows }: PlannedScenario, known: ReadonlyMap<string, number>) =>
  windows.length === 0 || (known.get(id) ?? 0) > 0

const estimate = 'the windows and rests, a tenth of them, and 10 s a scenario for its sessions'

function basisOf(timed: number, played: number, path: string | undefined): string {
  if (path === undefined) return `estimated: ${estimate}`
  if (timed === played) return `as long as in ${path}`
  return `as long as in ${path}; what was not played there is estimated: ${estimate}`
}
