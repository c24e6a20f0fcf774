import { join } from 'node:path'
import { readTimelineFile, timelineFileName } from '../harness/timeline/file.ts'
import { buildRunRecord } from '../reports/build-run-record.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { type ReportPaths, writeReports } from '../reports/write-reports.ts'
import { catalogue } from '../suites/catalogue/catalogue.ts'
import { judgeRun } from '../suites/judge-run.ts'
import { provenBy } from './proven-by.ts'

/** What a run directory's timeline says, and where the reports are. */
export interface BuiltReports {
  record: RunRecord
  paths: ReportPaths
  /** Lines of the timeline that could not be read. */
  problems: string[]
}

/**
 * Judges the timeline of a run directory and writes its reports, in the place of any that are there.
 * @throws Error when the timeline cannot be read or is not that of a run
 */
export function buildReports(runDirectory: string): BuiltReports {
  const { entries, problems } = readTimelineFile(join(runDirectory, timelineFileName))
  const record = buildRunRecord({
    entries,
    requirements: catalogue,
    outcomes: judgeRun(entries),
    provenBy: provenBy(),
  })
  return { record, paths: writeReports(runDirectory, record, entries), problems }
}
