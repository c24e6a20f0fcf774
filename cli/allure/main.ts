import { parseArgs } from 'node:util'
import { explainFailure } from '../failure.ts'
import { buildAllureReport, newestRun } from './allure-report.ts'

// `npm run allure -- [RUN_DIR] [--out DIR]`

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' } } })
  const path = buildAllureReport(positionals[0] ?? newestRun(), values.out)
  process.stdout.write(`Allure report: ${path}\n`)
} catch (error) {
  process.stderr.write(`${explainFailure(error)}\n`)
  process.exitCode = 2
}
