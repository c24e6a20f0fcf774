import { statSync } from 'node:fs'
import type { Entry } from '../harness/timeline/entry.ts'
import { readTimelineFile } from '../harness/timeline/file.ts'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { buildRunRecord } from '../reports/build-run-record.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { runSchema } from '../reports/run-schema.ts'
import { judgeRun, requirementsOf } from '../suites/judge-run.ts'
import { provenBy } from './proven-by.ts'
import { UsageProblem } from './usage-problem.ts'

/** A recorded run as the judges of this version see it. */
export interface JudgedTimeline {
  record: RunRecord
  entries: readonly Entry[]
  /** Lines of the timeline that could not be read. */
  problems: string[]
}

/**
 * Judges a recorded timeline, of whatever origin, and writes nothing.
 * @throws UsageProblem when it cannot be read, is not that of a run, or cannot be judged
 */
export function judgeTimeline(path: string): JudgedTimeline {
  const { entries, problems } = read(path)
  if (!entries.some(({ type }) => type === 'run-started'))
    throw new UsageProblem(
      `${path} holds no run: ${entries.length === 0 ? 'it has no entry that can be read' : 'its beginning is missing'}.`,
    )
  return judgeEntries(path, entries, problems)
}

/**
 * Judges entries.
 * @param path where they come from, for the sentence that says why they cannot be judged
 * @throws UsageProblem
 */
export const judgeEntries = (path: string, entries: readonly Entry[], problems: string[] = []): JudgedTimeline => ({
  record: recordOf(path, entries, problems),
  entries,
  problems,
})

function read(path: string) {
  try {
    if (statSync(path).isFile()) return readTimelineFile(path)
  } catch (error) {
    throw new UsageProblem(`${path} cannot be read: ${(error as Error).message}.`)
  }
  throw new UsageProblem(`${path} is no file; name a run directory or its timeline.jsonl.`)
}

/** The entries come from a file, so they need not be what their types say. */
function recordOf(path: string, entries: readonly Entry[], problems: readonly string[]): RunRecord {
  const why = problems[0] ?? 'It is damaged, or connreq did not write it.'
  try {
    const record = buildRunRecord({
      entries,
      requirements: requirementsOf(entries),
      outcomes: judgeRun(entries),
      provenBy: provenBy(),
    })
    if (runSchema.safeParse(record).success) return record
  } catch (error) {
    throw new UsageProblem(`${path} cannot be judged (${visibleText((error as Error).message)}). ${why}`)
  }
  throw new UsageProblem(`${path} cannot be judged. ${why}`)
}
