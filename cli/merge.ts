import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { wantsColor } from '../reports/terminal/palette.ts'
import { groupByDevice } from '../reports/merge/group-by-device.ts'
import { matrixCsv } from '../reports/merge/matrix-csv.ts'
import { renderMerge } from '../reports/merge/merge-page.tsx'
import { mergeRuns } from '../reports/merge/merge-runs.ts'
import { mergeText } from '../reports/merge/merge-text.ts'
import { mixedDivisions } from '../reports/merge/parts.ts'
import type { AboutDevices } from '../reports/merge/shelf.ts'
import { mergeExitCode, type MergedRuns, type NamedRun } from '../reports/merge/merged-runs.ts'
import { runFileName } from './read-run-record.ts'
import { runsWithin } from './runs-within.ts'
import { recordedRun } from './recorded-run.ts'
import { relativeAddress } from './relative-address.ts'
import { makeRunDirectory } from './run/run-directory.ts'
import { asciiJson } from './ascii-json.ts'
import { UsageProblem } from './usage-problem.ts'
import { wouldApplyFor } from './would-apply.ts'

/** How `connreq merge` was called. */
export interface MergeOptions {
  /** A new directory for what is written; without it nothing is. */
  out?: string
  format: 'text' | 'json'
  /** Warnings and what is undecided give exit code 1. */
  strict: boolean
  about?: AboutDevices
}

/** Far more than a lab has, and few enough to hold them all. */
const mostRuns = 100
const mostBytes = 256 * 1024 * 1024

/**
 * `connreq merge`: one report for runs that are parts of one, or a matrix of several devices.
 * @param directories run directories, or folders of them
 * @returns the exit code, as that of `run`, over all devices
 * @throws UsageProblem
 */
export async function merge(directories: readonly string[], options: MergeOptions): Promise<number> {
  const runs = await runsAt([...new Set(directories)])
  const whyNot = mixedDivisions(groupByDevice(runs))
  if (whyNot !== undefined) throw new UsageProblem(whyNot)
  const wouldApply = await wouldApplyFor(runs)
  const merged = mergeRuns(runs, { wouldApply, ...options.about })
  const written = options.out === undefined ? undefined : writeInto(options.out, merged)
  const { columns, isTTY } = process.stdout
  const look = { color: wantsColor(process.env, isTTY), ...(columns ? { columns } : {}) }
  const text =
    options.format === 'json'
      ? asciiJson(merged)
      : `${mergeText(merged, look)}${written === undefined ? '' : `\nReport: ${written}\n`}`
  process.stdout.write(text)
  return mergeExitCode(merged, options)
}

async function runsAt(given: readonly string[]): Promise<NamedRun[]> {
  refuseTooMany(given)
  for (const path of given) {
    if (!existsSync(path)) throw new UsageProblem(`${path} is not there; name the directory of a run.`)
    if (!statSync(path).isDirectory()) throw new UsageProblem(`${path} is no directory; name the directory of a run.`)
  }
  const within = given.flatMap(path => {
    const runs = runsWithin(path)
    return runs.length > 0 ? runs : [path]
  })
  const directories = [...new Set(within)]
  refuseTooMany(directories)
  const bytes = directories.map(path => statSync(join(path, runFileName), { throwIfNoEntry: false })?.size ?? 0)
  if (bytes.reduce((sum, size) => sum + size, 0) > mostBytes)
    throw new UsageProblem('These runs are too large to be merged at once; name fewer of them.')
  const runs: NamedRun[] = []
  for (const path of directories) {
    const { record, problems } = await recordedRun(path)
    for (const problem of problems) process.stderr.write(`${path}: ${problem}\n`)
    runs.push({ path, record })
  }
  return runs
}

/** @throws UsageProblem */
function refuseTooMany({ length }: readonly string[]): void {
  if (length > mostRuns) throw new UsageProblem(`These are ${length} runs; merge at most ${mostRuns} at once.`)
}

/** @returns the path of the page */
function writeInto(out: string, merged: MergedRuns): string {
  const startedAt = new Date(merged.devices[0]?.runs[0]?.startedAt ?? 0)
  const directory = makeRunDirectory({ device: '', startedAt, out })
  const page = join(directory, 'report.html')
  try {
    writeFileSync(join(directory, 'merged.json'), asciiJson(merged))
    writeFileSync(join(directory, 'matrix.csv'), matrixCsv(merged))
    writeFileSync(page, renderMerge(merged, reportAddresses(directory, merged)))
  } catch (error) {
    throw new UsageProblem(`The merge cannot be written into ${directory}: ${(error as Error).message}.`)
  }
  return page
}

function reportAddresses(directory: string, { devices }: MergedRuns): Map<string, string> {
  const reports = devices
    .flatMap(({ runs }) => runs.map(({ path }) => ({ path, report: join(path, 'report.html') })))
    .filter(({ report }) => existsSync(report))
  return new Map(reports.map(({ path, report }) => [path, relativeAddress(directory, report)]))
}
