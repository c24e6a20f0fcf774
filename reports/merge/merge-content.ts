import type { RunRecord } from '../run-record.ts'
import type { MatrixRow, MergedRuns } from './merged-runs.ts'

/** What the parts of the page show. */
export interface MergeContent {
  merge: MergedRuns
  /** By the directory of a run: the relative address of its own report, where it has one. */
  reports: ReadonlyMap<string, string>
  clock: RunRecord['clock']
  /** The requirements that need a look. */
  rows: readonly MatrixRow[]
}
