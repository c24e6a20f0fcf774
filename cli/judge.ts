import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { timelineFileName } from '../harness/timeline/file.ts'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { writeAllureResults } from '../reports/allure/write-allure-results.ts'
import { toolText } from '../reports/compare/circumstances.ts'
import { compareRuns } from '../reports/compare/compare-runs.ts'
import { rejudgedText } from '../reports/compare/rejudged-text.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { exitCodeOf } from '../reports/run-verdict.ts'
import { wantsColor } from '../reports/terminal/palette.ts'
import { terminalSummary } from '../reports/terminal/summary.ts'
import { writeReports } from '../reports/write-reports.ts'
import { type JudgedTimeline, judgeTimeline } from './judge-timeline.ts'
import { readRunRecord, runFileName } from './read-run-record.ts'
import { makeRunDirectory } from './run/run-directory.ts'
import { thisTool } from './tool.ts'
import { UsageProblem } from './usage-problem.ts'

/** How `connreq judge` was called. */
export interface JudgeOptions {
  /** A new directory for the reports; without it nothing is written. */
  out?: string
  /** Warnings and what is undecided give exit code 1. */
  strict: boolean
}

/**
 * `connreq judge`: judges a recorded run with the judges of this version and says what they see otherwise than the
 * run's own `run.json`.
 * @param path a run directory or its timeline
 * @returns the exit code, as that of `run`
 * @throws UsageProblem
 */
export function judge(path: string, { out, strict }: JudgeOptions): number {
  const timeline = timelineAt(path)
  const judged = judgeTimeline(timeline)
  const { record, problems } = judged
  const reportPath = out === undefined ? undefined : writeInto(out, judged, timeline)
  const { columns, isTTY } = process.stdout
  const look = { color: wantsColor(process.env, isTTY), ...(columns ? { columns } : {}) }
  const say = (text: string) => void process.stdout.write(`${text}\n`)
  for (const problem of problems) say(problem)
  say(terminalSummary(record, { ...look, ...(reportPath === undefined ? {} : { reportPath }) }).trimEnd())
  say(`\nRecorded by connreq ${visibleText(toolText(record.tool))}, judged now by connreq ${toolText(thisTool())}.`)
  const earlier = earlierRecord(join(dirname(timeline), runFileName), record)
  if (typeof earlier === 'string') say(earlier)
  else say(rejudgedText(compareRuns(earlier, record), look).trim())
  return exitCodeOf(record, { strict })
}

function timelineAt(path: string): string {
  if (!existsSync(path))
    throw new UsageProblem(`${path} is not there; name a run directory or its ${timelineFileName}.`)
  if (!statSync(path).isDirectory()) return path
  const timeline = join(path, timelineFileName)
  if (!existsSync(timeline)) throw new UsageProblem(`${timeline} is not there; name the directory of a run.`)
  return timeline
}

/** The run's own record, or a sentence that says why there is none to compare with. */
function earlierRecord(path: string, judged: RunRecord): RunRecord | string {
  if (!existsSync(path)) return `There is no ${path} to compare with.`
  try {
    const earlier = readRunRecord(path)
    if (earlier.startedAt === judged.startedAt) return earlier
    return `${path} is that of another run, so nothing is compared with it.`
  } catch (error) {
    if (error instanceof UsageProblem) return `Nothing is compared: ${visibleText(error.message)}`
    throw error
  }
}

function writeInto(out: string, { record, entries }: JudgedTimeline, timeline: string): string {
  const directory = makeRunDirectory({ device: record.device.name ?? '', startedAt: new Date(record.startedAt), out })
  try {
    writeAllureResults(directory, record, entries)
    return writeReports(directory, record, entries, timeline).html
  } catch (error) {
    throw new UsageProblem(`The reports cannot be written into ${directory}: ${(error as Error).message}.`)
  }
}
