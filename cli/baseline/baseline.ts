import { baselineSection } from '../../reports/baseline/pasted-failures.ts'
import { recordedRun } from '../recorded-run.ts'

/**
 * `connreq baseline`: prints the section of a profile with which all failures of a run are accepted for now.
 * @throws UsageProblem when the directory holds no run
 */
export async function baseline(directory: string): Promise<void> {
  const { record, problems } = await recordedRun(directory)
  for (const problem of problems) process.stderr.write(`${directory}: ${problem}\n`)
  process.stdout.write(baselineSection(directory, record))
}
