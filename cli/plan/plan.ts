import type { Included } from '../../suites/scenarios.ts'
import { UsageProblem } from '../usage-problem.ts'
import { assumedFacts, simulatedFacts } from './assumed-facts.ts'
import { planText } from './plan-text.ts'
import { planRun, type RunPlan } from './run-plan.ts'

/** How `connreq plan` was called. */
export interface PlanOptions {
  format: 'md' | 'html' | 'json'
  include: readonly Included[]
}

/**
 * `connreq plan`: what a run would do, without the device.
 * @throws UsageProblem, ProfileError
 */
export async function plan(profilePath: string | undefined, { format, include }: PlanOptions): Promise<void> {
  if (format === 'html') throw new UsageProblem('A plan is written as md or json; a run has its plan in report.html.')
  const planned = await planOf(profilePath, include)
  process.stdout.write(format === 'json' ? `${JSON.stringify(planned, null, 2)}\n` : planText(planned))
}

async function planOf(profilePath: string | undefined, include: readonly Included[]): Promise<RunPlan> {
  if (profilePath === undefined)
    return planRun(await simulatedFacts(), { device: 'the simulated device', basis: 'simulated device', include })
  const { readProfile } = await import('../../harness/device/read-profile.ts')
  const profile = readProfile(profilePath)
  const device = profile.device.name ?? `the device of ${profilePath}`
  return planRun(await assumedFacts(profile), { device, basis: 'assumed until the probe', include })
}
