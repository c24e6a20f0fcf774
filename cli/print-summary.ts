import { visibleText } from '../harness/timeline/visible-text.ts'
import { wantsColor } from '../reports/terminal/palette.ts'
import { restoringLines } from '../reports/terminal/restoring.ts'
import { terminalSummary } from '../reports/terminal/summary.ts'
import type { BuiltReports } from './build-reports.ts'

/** Says at the end what the run found and where its report is. */
export function printSummary({ record, paths, entries, problems }: BuiltReports, say: (text: string) => void): void {
  const { columns, isTTY } = process.stdout
  for (const problem of problems) say(problem)
  say(
    terminalSummary(record, {
      color: wantsColor(process.env, isTTY),
      reportPath: paths.html,
      ...(columns ? { columns } : {}),
    }).trimEnd(),
  )
  for (const line of restoringLines(entries)) say(visibleText(line))
}
