import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { Applicability, Scenario } from '../../harness/scenario.ts'
import { notAskedFor } from '../../harness/plan-entry.ts'
import type { Requirement } from '../../harness/verdict/requirement.ts'
import type { RunRecord } from '../../reports/run-record.ts'
import { knownRequirements } from '../../suites/catalogue/catalogue.ts'
import { type Included, invariants, knownScenarios } from '../../suites/scenarios.ts'
import type { BaselineOutlook } from '../baseline/baseline-outlook.ts'
import { scenariosByRequirement } from '../scenarios-by-requirement.ts'
import { expectedDuration, windowsMs } from './expected-duration.ts'
import { linesFor } from './profile-lines.ts'
import { whyItRuns } from './why-it-runs.ts'

/** What a run would do, as `connreq plan --format json` writes it. */
export interface RunPlan {
  schema: 'connreq/plan/1'
  device: string
  /** Facts of the simulated device, or assumptions that only the probe can confirm. */
  basis: 'simulated device' | 'assumed until the probe'
  /** In the order in which they are played. */
  scenarios: PlannedScenario[]
  requirements: {
    covered: (PlannedRequirement & { scenarios: string[] })[]
    notCovered: (PlannedRequirement & { reason: string })[]
  }
  /** The sum of the windows and rests that must be kept, in milliseconds: no run is shorter. */
  lowerBoundMs: number
  /** How long the run will take, and what that rests on. */
  expected: { ms: number; basis: string }
  /** What the profile says is known before the run; absent where it says nothing. */
  baseline?: BaselineOutlook
}

export type PlannedRequirement = Pick<Requirement, 'id' | 'clause' | 'level' | 'sentence'>

/** What is to be planned, and for whom. */
export interface PlanRequest extends Pick<RunPlan, 'device' | 'basis' | 'baseline'> {
  include: readonly Included[]
  /** What a device has that does XMPP and UDP; without it no lines for the profile are looked for. */
  conforming?: Pick<DeviceFacts, 'xmpp' | 'udp'>
  /** What this machine has and the profile does not name; a second address unless told. */
  found?: readonly 'second-address'[]
  /** An earlier run of the device, which tells how long its scenarios take. */
  earlier?: { path: string; record: Pick<RunRecord, 'scenarios'> }
}

export interface PlannedScenario {
  id: string
  title: string
  applies: boolean
  reason?: string
  wouldApplyIf?: string
  /** Where it applies: what it needs, and who says that it is so. */
  because?: string
  /** Where it does not apply: lines that, added to the profile, would change that. */
  profile?: string[]
  windows: { for: string; ms: number }[]
  requirements: string[]
}

/** Plans every scenario for a device of which these facts are known or assumed. Pure. */
export function planRun(
  facts: DeviceFacts,
  { device, basis, include, earlier, baseline, conforming, found = ['second-address'] }: PlanRequest,
): RunPlan {
  const planned = [...knownScenarios(), invariants].map((scenario): PlannedScenario => {
    const { id, title, metrics } = scenario
    const applicability = asked(scenario, facts, include)
    const windows = applicability.applies ? scenario.windows(facts) : []
    const requirements = [...new Set(Object.values(metrics).map(({ requirement }) => requirement))]
    const because = applicability.applies ? { because: whyItRuns(scenario, facts, { basis, found }) } : {}
    const lines = conforming === undefined ? [] : linesFor(scenario, facts, conforming)
    const profile = lines.length === 0 ? {} : { profile: lines }
    return { id, title, ...applicability, ...because, ...profile, windows, requirements }
  })
  return {
    schema: 'connreq/plan/1',
    device,
    basis,
    scenarios: planned,
    requirements: coverage(planned),
    lowerBoundMs: planned.reduce((sum, scenario) => sum + windowsMs(scenario), 0),
    expected: expectedDuration(planned, earlier),
    ...(baseline ? { baseline } : {}),
  }
}

/** Whether it applies, and was asked for where it is long. */
function asked(scenario: Scenario, facts: DeviceFacts, include: readonly Included[]): Applicability {
  const applicability = scenario.applies(facts)
  if (!applicability.applies || scenario.long === undefined || include.includes('long')) return applicability
  return { applies: false, ...notAskedFor(scenario, windowsMs({ windows: scenario.windows(facts) })) }
}

function coverage(planned: readonly PlannedScenario[]): RunPlan['requirements'] {
  const judges = scenariosByRequirement()
  const applying = new Set(planned.filter(({ applies }) => applies).map(({ id }) => id))
  const covered: RunPlan['requirements']['covered'] = []
  const notCovered: RunPlan['requirements']['notCovered'] = []
  for (const { id, clause, level, sentence, untested } of knownRequirements()) {
    const requirement = { id, clause, level, sentence }
    const all = judges.get(id) ?? []
    const playing = all.filter(scenario => applying.has(scenario))
    if (playing.length > 0) covered.push({ ...requirement, scenarios: playing })
    else if (all.length > 0)
      notCovered.push({ ...requirement, reason: `judged by ${all.join(', ')}, which would not be played` })
    else notCovered.push({ ...requirement, reason: untested?.reason ?? 'No scenario judges it yet.' })
  }
  return { covered, notCovered }
}
