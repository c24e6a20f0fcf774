import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { readRunRecord, runFileName } from '../read-run-record.ts'
import { packageRoot } from '../package-root.ts'
import { UsageProblem } from '../usage-problem.ts'
import { withoutNetwork } from './offline-report.ts'

/** Inside a run directory. */
const resultsFolder = 'allure-results'
const reportFolder = 'allure-report'
const program = join(packageRoot, 'node_modules', 'allure', 'cli.js')

/**
 * Builds Allure's report of a run as one file that works offline, without Java.
 * @param out its directory; inside the run directory unless told
 * @returns where the report is
 * @throws UsageProblem where there are no results, or Allure is missing or fails
 */
export function buildAllureReport(runDirectory: string, out = join(runDirectory, reportFolder)): string {
  const results = join(runDirectory, resultsFolder)
  if (!existsSync(results) || readdirSync(results).length === 0)
    throw new UsageProblem(`${results} holds no results; connreq report ${runDirectory} writes them.`)
  if (!existsSync(program))
    throw new UsageProblem('Allure is not installed here; in a checkout of connreq, npm ci installs it.')
  const made = mkdtempSync(join(tmpdir(), 'connreq-allure-'))
  try {
    const args = [program, 'awesome', '--single-file', '--output', made, '--lang', 'en', '--name', nameOf(runDirectory)]
    // Its last argument is a pattern, so it is given one that holds no name of anybody's directory.
    const run = spawnSync(process.execPath, [...args, resultsFolder], { cwd: resolve(runDirectory), encoding: 'utf8' })
    const page = join(made, 'index.html')
    if (run.status !== 0 || !existsSync(page))
      throw new UsageProblem(`Allure made no report: ${`${run.stdout}${run.stderr}`.trim() || 'it said nothing'}`)
    mkdirSync(out, { recursive: true })
    const path = join(out, 'index.html')
    writeFileSync(path, withoutNetwork(readFileSync(page, 'utf8')))
    return path
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

/** Allure writes it into a script as it is, so only what cannot mean anything there is left of a device's name. */
function nameOf(runDirectory: string): string {
  const record = join(runDirectory, runFileName)
  const { device, clock } = existsSync(record) ? readRunRecord(record) : { device: {}, clock: 'real' }
  const name = [device.name ?? device.productClass ?? 'a device', device.firmware].filter(Boolean).join(' ')
  const plain = name.replaceAll(/[^\p{L}\p{N} .,()-]+/gu, ' ').slice(0, 80)
  return `Connection Requests of ${plain}${clock === 'virtual' ? ' (virtual time, not a conformance result)' : ''}`
}

/**
 * The run directory below `runs` that was written last.
 * @throws UsageProblem where there is none
 */
export function newestRun(runs = 'runs'): string {
  const names = existsSync(runs) ? readdirSync(runs) : []
  const written = names
    .map(name => join(runs, name))
    .filter(directory => existsSync(join(directory, runFileName)))
    .map(directory => ({ directory, writtenAt: statSync(join(directory, runFileName)).mtimeMs }))
    .sort((a, b) => b.writtenAt - a.writtenAt)
  if (!written[0]) throw new UsageProblem(`There is no run in ${runs}; name the directory of one.`)
  return written[0].directory
}
