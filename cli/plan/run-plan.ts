import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { Applicability, Scenario } from '../../harness/scenario.ts'
import { notAskedFor } from '../../harness/plan-entry.ts'
import { catalogue } from '../../suites/catalogue/catalogue.ts'
import { type Included, invariants, scenarios } from '../../suites/scenarios.ts'
import { scenariosByRequirement } from '../scenarios-by-requirement.ts'

/** What a run would do, as `connreq plan --format json` writes it. */
export interface RunPlan {
  schema: 'connreq/plan/1'
  device: string
  /** Facts of the simulated device, or assumptions that only the probe can confirm. */
  basis: 'simulated device' | 'assumed until the probe'
  scenarios: PlannedScenario[]
  requirements: {
    covered: { id: string; scenarios: string[] }[]
    notCovered: { id: string; reason: string }[]
  }
  /** The sum of the windows and rests that must be kept, in milliseconds: no run is shorter. */
  lowerBoundMs: number
}

export interface PlannedScenario {
  id: string
  title: string
  applies: boolean
  reason?: string
  wouldApplyIf?: string
  windows: { for: string; ms: number }[]
  requirements: string[]
}

/** Plans every scenario for a device of which these facts are known or assumed. Pure. */
export function planRun(
  facts: DeviceFacts,
  { device, basis, include }: Pick<RunPlan, 'device' | 'basis'> & { include: readonly Included[] },
): RunPlan {
  const planned = [...scenarios, invariants].map((scenario): PlannedScenario => {
    const { id, title, metrics } = scenario
    const applicability = asked(scenario, facts, include)
    const windows = applicability.applies ? scenario.windows(facts) : []
    const requirements = [...new Set(Object.values(metrics).map(({ requirement }) => requirement))]
    return { id, title, ...applicability, windows, requirements }
  })
  return {
    schema: 'connreq/plan/1',
    device,
    basis,
    scenarios: planned,
    requirements: coverage(planned),
    lowerBoundMs: planned.flatMap(({ windows }) => windows).reduce((sum, { ms }) => sum + ms, 0),
  }
}

/** Whether it applies, and was asked for where it is long. */
function asked(scenario: Scenario, facts: DeviceFacts, include: readonly Included[]): Applicability {
  const applicability = scenario.applies(facts)
  if (!applicability.applies || scenario.long === undefined || include.includes('long')) return applicability
  const windowsMs = scenario.windows(facts).reduce((sum, { ms }) => sum + ms, 0)
  return { applies: false, ...notAskedFor(scenario, windowsMs) }
}

function coverage(planned: readonly PlannedScenario[]): RunPlan['requirements'] {
  const judges = scenariosByRequirement()
  const applying = new Set(planned.filter(({ applies }) => applies).map(({ id }) => id))
  const covered: RunPlan['requirements']['covered'] = []
  const notCovered: RunPlan['requirements']['notCovered'] = []
  for (const { id, untested } of catalogue) {
    const all = judges.get(id) ?? []
    const playing = all.filter(scenario => applying.has(scenario))
    if (playing.length > 0) covered.push({ id, scenarios: playing })
    else if (all.length > 0) notCovered.push({ id, reason: `judged by ${all.join(', ')}, which would not be played` })
    else notCovered.push({ id, reason: untested?.reason ?? 'No scenario judges it yet.' })
  }
  return { covered, notCovered }
}
