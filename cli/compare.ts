import { existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { compareRuns } from '../reports/compare/compare-runs.ts'
import { type Comparison, comparisonExitCode } from '../reports/compare/comparison.ts'
import type { RunReports } from '../reports/compare/comparison-view.ts'
import { comparisonText } from '../reports/compare/comparison-text.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { wantsColor } from '../reports/terminal/palette.ts'
import { readRunRecord } from './read-run-record.ts'
import { type RecordedRun, recordedRun } from './recorded-run.ts'
import { relativeAddress } from './relative-address.ts'
import { asciiJson } from './ascii-json.ts'
import { UsageProblem } from './usage-problem.ts'

/** How `connreq compare` was called. */
export interface CompareOptions {
  format: 'text' | 'json' | 'html'
  /** A new file for what is written; without it, it is printed. */
  out?: string
}

/**
 * `connreq compare`: what is newly broken, repaired or changed from one run to another.
 * @param before a run directory, its run.json or its timeline
 * @returns the exit code: 1 when something is newly broken, else 0
 * @throws UsageProblem
 */
export async function compare(before: string, after: string, { format, out }: CompareOptions): Promise<number> {
  const comparison = compareRuns(await recordAt(before), await recordAt(after))
  const reports = out === undefined ? {} : reportAddresses(out, { before, after })
  const text = await textOf(comparison, format, { toFile: out !== undefined, reports })
  if (out === undefined) process.stdout.write(text)
  else writeNew(out, text)
  return comparisonExitCode(comparison)
}

async function textOf(
  comparison: Comparison,
  format: CompareOptions['format'],
  { toFile, reports }: { toFile: boolean; reports: RunReports },
): Promise<string> {
  switch (format) {
    case 'json':
      return asciiJson(comparison)
    case 'html':
      return (await import('../reports/compare/comparison-page.tsx')).renderComparison(comparison, reports)
    default: {
      const { columns, isTTY } = process.stdout
      const color = !toFile && wantsColor(process.env, isTTY)
      return comparisonText(comparison, { color, ...(columns && !toFile ? { columns } : {}) })
    }
  }
}

/** The reports beside which the page will lie. */
function reportAddresses(out: string, runs: Record<'before' | 'after', string>): RunReports {
  const addresses = Object.entries(runs).flatMap(([side, run]) => {
    const report = join(run, 'report.html')
    return existsSync(report) ? [[side, relativeAddress(dirname(out), report)]] : []
  })
  return Object.fromEntries(addresses)
}

/** @throws UsageProblem when the file is there or cannot be written */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new UsageProblem(`${path} is there already; name a file that is new.`)
    throw new UsageProblem(`The comparison cannot be written: ${message}.`)
  }
}

async function recordAt(path: string): Promise<RunRecord> {
  if (!existsSync(path)) throw new UsageProblem(`${path} is not there; name the directory of a run.`)
  if (!statSync(path).isDirectory()) return path.endsWith('.jsonl') ? judged(path) : readRunRecord(path)
  return withProblemsTold(path, await recordedRun(path))
}

/** The judges are loaded only where a run has no record of its own. */
async function judged(timeline: string): Promise<RunRecord> {
  const { judgeTimeline } = await import('./judge-timeline.ts')
  return withProblemsTold(timeline, judgeTimeline(timeline))
}

function withProblemsTold(path: string, { record, problems }: RecordedRun): RunRecord {
  for (const problem of problems) process.stderr.write(`${path}: ${problem}\n`)
  return record
}
