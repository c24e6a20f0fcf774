import { join } from 'node:path'
import type { Entry } from '../harness/timeline/entry.ts'
import { readTimelineFile, timelineFileName } from '../harness/timeline/file.ts'
import { whyNotWritten } from '../harness/timeline/unwritable.ts'
import { writeAllureResults } from '../reports/allure/write-allure-results.ts'
import { buildRunRecord } from '../reports/build-run-record.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { type ReportPaths, writeReports } from '../reports/write-reports.ts'
import { judgeRun, requirementsOf } from '../suites/judge-run.ts'
import { provenBy } from './proven-by.ts'
import { UsageProblem } from './usage-problem.ts'

/** What a run directory's timeline says, and where the reports are. */
export interface BuiltReports {
  record: RunRecord
  paths: ReportPaths
  entries: readonly Entry[]
  /** Lines of the timeline that could not be read. */
  problems: string[]
}

/**
 * Judges the timeline of a run directory and writes its reports, in the place of any that are there; also for Allure
 * where that is wanted.
 * @throws UsageProblem when the timeline cannot be read or is not that of a run, or the reports cannot be written
 */
export function buildReports(runDirectory: string, { allure = false }: { allure?: boolean } = {}): BuiltReports {
  const path = join(runDirectory, timelineFileName)
  const { entries, problems } = readTimeline(path)
  const record = recordOf(entries, path, problems)
  const paths = writing(runDirectory, () => {
    if (allure) writeAllureResults(runDirectory, record, entries)
    return writeReports(runDirectory, record, entries)
  })
  return { record, paths, entries, problems }
}

function recordOf(entries: readonly Entry[], path: string, problems: readonly string[]): RunRecord {
  if (!entries.some(({ type }) => type === 'run-started'))
    throw new UsageProblem(
      `${path} holds no run: ${entries.length === 0 ? 'it has no entry that can be read' : 'its beginning is missing'}.`,
    )
  try {
    return buildRunRecord({
      entries,
      requirements: requirementsOf(entries),
      outcomes: judgeRun(entries),
      provenBy: provenBy(),
    })
  } catch (error) {
    // What a whole timeline does to us is a defect of ours.
    if (problems.length === 0) throw error
    throw new UsageProblem(`${path} is damaged and cannot be judged. ${problems[0]}`)
  }
}

function readTimeline(path: string) {
  try {
    return readTimelineFile(path)
  } catch (error) {
    throw new UsageProblem(`${path} cannot be read: ${(error as Error).message}.`)
  }
}

function writing(runDirectory: string, write: () => ReportPaths): ReportPaths {
  try {
    return write()
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    throw new UsageProblem(
      `The reports cannot be written into ${runDirectory}: ${whyNotWritten(error)}. "connreq report ${runDirectory}" makes them of the timeline.`,
    )
  }
}
