import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { timelineFileName } from '../harness/timeline/file.ts'
import { buildReports } from './build-reports.ts'
import { printSummary } from './print-summary.ts'
import { UsageProblem } from './usage-problem.ts'

/**
 * `connreq report`: builds the reports of a run again from its timeline, also of a run that was killed.
 * @throws UsageProblem where there is no timeline of a run
 */
export function report(directory: string): void {
  const path = join(directory, timelineFileName)
  if (!existsSync(path)) throw new UsageProblem(`${path} is not there; name the directory of a run.`)
  printSummary(buildReports(directory, { allure: true }), text => void process.stdout.write(`${text}\n`))
}
