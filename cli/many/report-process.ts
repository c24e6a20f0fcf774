import { restoringLines } from '../../reports/terminal/restoring.ts'
import { loadNamedSuites } from '../../suites/own-suites/load-named-suites.ts'
import { buildReports } from '../build-reports.ts'
import type { ReportMessage } from './report-message.ts'

// A process of its own that builds the reports of one run directory and ends: what a timeline does to it stays in it. Arguments: the directory, whether
// `allure` is wanted, and the folders of the user's own suites. It does not outlive its parent.

process.once('disconnect', () => process.exit(1))
if (!process.connected) process.exit(1)
const [directory = '', allure, ...suites] = process.argv.slice(2)
process.send?.(await build(), () => process.exit(0))

async function build(): Promise<ReportMessage> {
  try {
    await loadNamedSuites(suites)
    const { record, entries, problems } = buildReports(directory, { allure: allure === 'allure' })
    const { sentence, device } = record
    const notRestored = restoringLines(entries).filter(line => !line.startsWith('Restored:'))
    const { oui, serialNumber } = device
    const remarks = [...problems, ...notRestored]
    if (oui === undefined || serialNumber === undefined) return { built: true, sentence, remarks }
    return { built: true, sentence, remarks, deviceId: `${oui}-${serialNumber}` }
  } catch (error) {
    return { built: false, reason: (error as Error).message }
  }
}
