import { readFileSync, statSync } from 'node:fs'
import { visibleText } from '../harness/timeline/visible-text.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { runSchema } from '../reports/run-schema.ts'
import { UsageProblem } from './usage-problem.ts'

/** Inside a run directory. */
export const runFileName = 'run.json'

/** A longer one was not written by us: that of a full run has less than a megabyte. */
const longestBytes = 64 * 1024 * 1024

/**
 * Reads a `run.json`.
 * @throws UsageProblem when it cannot be read, is too long, or does not fit the schema
 */
export function readRunRecord(path: string): RunRecord {
  const problem = (what: string) =>
    new UsageProblem(`${path} ${visibleText(what)}; "connreq report" builds that of a run again.`)
  const result = runSchema.safeParse(readJson(path, problem))
  if (result.success) return result.data as RunRecord
  const [issue] = result.error.issues
  throw problem(
    `is no run.json of this version (${[issue?.path.join('.'), issue?.message].filter(Boolean).join(': ')})`,
  )
}

function readJson(path: string, problem: (what: string) => UsageProblem): unknown {
  try {
    if (statSync(path).size > longestBytes) throw problem('is too long for a run.json')
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error instanceof UsageProblem) throw error
    throw problem(`cannot be read: ${(error as Error).message}`)
  }
}
