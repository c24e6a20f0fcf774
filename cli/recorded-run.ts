import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { timelineFileName } from '../harness/timeline/file.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { readRunRecord, runFileName } from './read-run-record.ts'
import { UsageProblem } from './usage-problem.ts'

/** What an earlier run found. */
export interface RecordedRun {
  record: RunRecord
  /** Lines of its timeline that could not be read, where that had to be judged. */
  problems: string[]
}

/**
 * Reads the `run.json` of a run directory; where there is none, its timeline is judged. Writes nothing.
 * @throws UsageProblem when the directory holds neither, or what it holds is no run
 */
export async function recordedRun(runDirectory: string): Promise<RecordedRun> {
  const record = join(runDirectory, runFileName)
  if (existsSync(record)) return { record: readRunRecord(record), problems: [] }
  const timeline = join(runDirectory, timelineFileName)
  if (!existsSync(timeline))
    throw new UsageProblem(
      `${runDirectory} has neither ${runFileName} nor ${timelineFileName}; name the directory of an earlier run.`,
    )
  const { judgeTimeline } = await import('./judge-timeline.ts')
  return judgeTimeline(timeline)
}
