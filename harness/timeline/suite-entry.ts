/** What a run says of a suite of the user's own, so that it can be reported where the suite is not at hand. */
export interface SuiteDeclaration {
  name: string
  /** Seen from where the run was started. */
  folder: string
  requirements: { id: string; clause: string; level: string; sentence: string }[]
  scenarios: {
    id: string
    title: string
    purpose: string
    /** A list, because the names of metrics must not be taken for those of secrets. */
    metrics: { name: string; requirement: string; severity: 'must' | 'should' | 'weak-must'; sentence: string }[]
  }[]
}
