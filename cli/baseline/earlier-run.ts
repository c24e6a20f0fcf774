import { existsSync, statSync } from 'node:fs'
import type { Profile } from '../../harness/device/profile.ts'
import { baselineEntry } from '../../reports/baseline/broken-metrics.ts'
import { recordedRun } from '../recorded-run.ts'
import { UsageProblem } from '../usage-problem.ts'

/** What a run puts on its timeline of the run that it is compared with. */
export type EarlierRun = ReturnType<typeof baselineEntry>

/**
 * Reads the run that a profile names as its baseline; nothing where it names none.
 * @throws UsageProblem when it cannot be read, or the known failures name what there is not
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
    return baselineEntry(run, (await recordedRun(run)).record)
  } catch (error) {
    if (error instanceof UsageProblem) throw new UsageProblem(`baseline.run: ${error.message}`)
    throw error
  }
}
