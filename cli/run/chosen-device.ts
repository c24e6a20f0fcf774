import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import type { Included } from '../../suites/scenarios.ts'
import { UsageProblem } from '../usage-problem.ts'

/** How `connreq run` was called. */
export interface RunOptions {
  only: string[]
  /** Directory of an earlier run: what failed there is played again. */
  failed?: string
  include: Included[]
  out?: string
  repeat: number
  reporter: Reporter[]
  strict: boolean
  fault: string[]
  variant: string[]
  seed?: number
  keepSecrets: boolean
  realTime: boolean
  /** The port of the live view; `true` for its usual one. */
  live?: number | true
  /** The interface whose packets are captured beside the run. */
  capture?: string
  captureFilter?: string
  /** Folders with scenarios and requirements of the user's own. */
  suites: string[]
  /** One part of several: `2/5`, or `auto`. */
  shard?: string
  /** Nobody is there to be asked. */
  unattended: boolean
}

/** What there is beside the files that every run writes. */
export const reporters = ['terminal', 'allure'] as const
export type Reporter = (typeof reporters)[number]

/** The device of the run and its name. */
export interface ChosenDevice {
  device: ConformanceSettings['device']
  name: string
  /** The profile file as it was named. */
  profilePath?: string
}

/**
 * The device of the profile, else the simulated one.
 * @throws UsageProblem, ProfileError
 */
export async function chooseDevice(profilePath: string | undefined, options: RunOptions): Promise<ChosenDevice> {
  const { fault, variant, seed, realTime } = options
  if (profilePath === undefined) {
    if (fault.length + variant.length > 0) await checkSimulated(fault, variant)
    const device = { kind: 'simulated', faults: fault, variants: variant } as const
    return {
      device: { ...device, clock: realTime ? 'real' : 'virtual', ...(seed === undefined ? {} : { seed }) },
      name: 'simulated-cpe',
    }
  }
  if (fault.length + variant.length > 0 || seed !== undefined || realTime)
    throw new UsageProblem(
      '--fault, --variant, --seed and --real-time are for the simulated device; leave either them or the profile out.',
    )
  const { readProfile } = await import('../../harness/device/read-profile.ts')
  const profile = readProfile(profilePath)
  return { device: { kind: 'lab', profile }, name: profile.device.name ?? 'device', profilePath }
}

async function checkSimulated(faultIds: readonly string[], variantIds: readonly string[]): Promise<void> {
  const [{ faults, variants }, { checkIds }] = await Promise.all([
    import('../../fixtures/simulated-cpe/simulated-cpe.ts'),
    import('../known-ids.ts'),
  ])
  checkIds('fault', faultIds, faults)
  checkIds('variant', variantIds, variants)
}
