import { existsSync, statSync } from 'node:fs'
import type { Profile } from '../../harness/device/profile.ts'
import { whyNotComparable } from '../../harness/timeline/earlier-run.ts'
import { baselineEntry } from '../../reports/baseline/broken-metrics.ts'
import { recordedRun } from '../recorded-run.ts'
import { UsageProblem } from '../usage-problem.ts'

/** What a run puts on its timeline of the run that it is compared with. */
export type EarlierRun = ReturnType<typeof baselineEntry>

/**
 * Reads the run that a profile names as its baseline; nothing where it names none.
 * @throws UsageProblem when it cannot be read or compared with, or the known failures name what there is not
 */
export async function readBaseline({ baseline }: Pick<Profile, 'baseline'>): Promise<EarlierRun | undefined> {
  if (!baseline) return undefined
  const { checkKnownFailures } = await import('./check-known-failures.ts')
  checkKnownFailures(baseline.knownFailures)
  const { run } = baseline
  if (run === undefined) return undefined
  if (!existsSync(run) || !statSync(run).isDirectory())
    throw new UsageProblem(`baseline.run: ${run} is not there; name the directory of an earlier run, or leave it out.`)
  try {
    const entry = baselineEntry(run, (await recordedRun(run)).record)
    // Only a device in a lab has a profile. Which device it is will be seen when it calls.
    const whyNot = whyNotComparable(entry.run, { simulated: false })
    if (whyNot !== undefined) throw new UsageProblem(whyNot)
    return entry
  } catch (error) {
    if (error instanceof UsageProblem && !error.message.startsWith('baseline.run: '))
      throw new UsageProblem(`baseline.run: ${error.message}`)
    throw error
  }
}
