import { startChild } from './child.ts'
import type { ReportMessage } from './report-message.ts'

/** Judging must not disturb the timing of the devices that are still played. */
const niceness = 10

/** Builds the reports of a run directory in a process of low priority. Never rejects. */
export async function buildInBackground(
  directory: string,
  { allure, suites }: { allure: boolean; suites: readonly string[] },
): Promise<ReportMessage> {
  const child = startChild<ReportMessage>(new URL('./report-process.js', import.meta.url), {
    niceness,
    args: [directory, allure ? 'allure' : 'no-allure', ...suites],
  })
  let told: ReportMessage | undefined
  child.onMessage(message => {
    told = message
  })
  const { abnormal, errorOutput } = await child.ended
  if (told) return told
  return { built: false, reason: `The process that builds the reports died. ${abnormal ?? ''} ${errorOutput}`.trim() }
}
