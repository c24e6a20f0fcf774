import type { Included } from '../../suites/scenarios.ts'
import { asciiJson } from '../ascii-json.ts'
import { baselineOutlook } from '../baseline/baseline-outlook.ts'
import { readBaseline } from '../baseline/earlier-run.ts'
import { recordedRun } from '../recorded-run.ts'
import { assumedFacts, simulatedFacts } from './assumed-facts.ts'
import { planText } from './plan-text.ts'
import { planRun, type RunPlan } from './run-plan.ts'

/** How `connreq plan` was called. */
export interface PlanOptions {
  format: 'md' | 'html' | 'json'
  include: readonly Included[]
  /** Nobody is there to be asked. */
  unattended: boolean
}

/**
 * `connreq plan`: what a run would do, without the device.
 * @throws UsageProblem, ProfileError
 */
export async function plan(profilePath: string | undefined, { format, ...options }: PlanOptions): Promise<void> {
  const planned = await planOf(profilePath, options)
  process.stdout.write(await textOf(planned, format))
}

async function textOf(planned: RunPlan, format: PlanOptions['format']): Promise<string> {
  switch (format) {
    case 'json':
      return asciiJson(planned)
    case 'html':
      return (await import('./plan-page.tsx')).renderPlan(planned)
    default:
      return planText(planned)
  }
}

async function planOf(
  profilePath: string | undefined,
  { include, unattended }: Omit<PlanOptions, 'format'>,
): Promise<RunPlan> {
  if (profilePath === undefined)
    return planRun(await simulatedFacts(), { device: 'the simulated device', basis: 'simulated device', include })
  const { readProfile } = await import('../../harness/device/read-profile.ts')
  const profile = readProfile(profilePath)
  const baseline = baselineOutlook(profile, await readBaseline(profile))
  const path = profile.baseline?.run
  const conforming = await simulatedFacts()
  return planRun(await assumedFacts(profile, { conforming, unattended }), {
    device: profile.device.name ?? `the device of ${profilePath}`,
    basis: 'assumed until the probe',
    ...{ include, conforming },
    found: profile.connectionRequest.secondAddress === undefined ? ['second-address'] : [],
    ...(baseline ? { baseline } : {}),
    ...(path === undefined ? {} : { earlier: { path, record: (await recordedRun(path)).record } }),
  })
}
