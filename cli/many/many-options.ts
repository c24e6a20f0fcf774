import type { RunOptions } from '../run/chosen-device.ts'
import { UsageProblem } from '../usage-problem.ts'

/** How `connreq run` was called with several profiles. */
export interface ManyOptions extends RunOptions {
  /** How many devices are played at the same time; all where it is not said. */
  atOnce?: number
}

/** Options that make sense for one device only, and what to do instead. @throws UsageProblem */
export function refuseOptionsForOne(options: ManyOptions): void {
  const { live, capture, captureFilter, failed, fault, variant, seed, realTime } = options
  const refuse = (option: string, instead: string): never => {
    throw new UsageProblem(`${option} is for one device; ${instead}`)
  }
  if (live !== undefined) refuse('--live', 'each device has its line in the terminal here.')
  if (capture !== undefined || captureFilter !== undefined)
    refuse('--capture', 'run that device alone, or capture the whole interface beside the run.')
  if (failed !== undefined) refuse('--failed', 'name the one profile that belongs to the earlier run.')
  if (fault.length + variant.length > 0 || seed !== undefined || realTime)
    throw new UsageProblem(
      '--fault, --variant, --seed and --real-time are for the simulated device; leave either them or the profiles out.',
    )
}
