import { existsSync, statSync } from 'node:fs'
import { compareRuns } from '../reports/compare/compare-runs.ts'
import { comparisonExitCode } from '../reports/compare/comparison.ts'
import { comparisonText } from '../reports/compare/comparison-text.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { wantsColor } from '../reports/terminal/palette.ts'
import { readRunRecord } from './read-run-record.ts'
import { type RecordedRun, recordedRun } from './recorded-run.ts'
import { asciiJson } from './ascii-json.ts'
import { UsageProblem } from './usage-problem.ts'

/** How `connreq compare` was called. */
export interface CompareOptions {
  format: 'text' | 'json'
}

/**
 * `connreq compare`: what is newly broken, repaired or changed from one run to another.
 * @param before a run directory, its run.json or its timeline
 * @returns the exit code: 1 when something is newly broken, else 0
 * @throws UsageProblem
 */
export async function compare(before: string, after: string, { format }: CompareOptions): Promise<number> {
  const comparison = compareRuns(await recordAt(before), await recordAt(after))
  const { columns, isTTY } = process.stdout
  const text =
    format === 'json'
      ? asciiJson(comparison)
      : comparisonText(comparison, { color: wantsColor(process.env, isTTY), ...(columns ? { columns } : {}) })
  process.stdout.write(text)
  return comparisonExitCode(comparison)
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
