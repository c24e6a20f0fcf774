import type { Comparison } from './comparison.ts'

/** Where the reports of the two runs are, relative to the page; absent where there is none. */
export interface RunReports {
  before?: string
  after?: string
}

/** What the parts of the page are handed. */
export interface ComparisonView {
  comparison: Comparison
  reports: RunReports
  /** Virtual as soon as one of the runs is. */
  clock: 'real' | 'virtual'
}
