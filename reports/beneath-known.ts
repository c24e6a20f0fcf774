import type { RunRecord } from './run-record.ts'

/** How many requirements whose failures are all known have more to them than these failures. */
export interface BeneathKnown {
  /** A metric of theirs hit an error of ours. */
  errors: number
  /** A metric of theirs is undecided, and none hit an error. */
  undecided: number
}

/**
 * What known failures must not hide: errors and undecided metrics of the same requirements.
 * @param known the requirements whose failures are all known
 */
export function beneathKnown(records: readonly Pick<RunRecord, 'scenarios'>[], known: Iterable<string>): BeneathKnown {
  const metrics = records.flatMap(({ scenarios }) => scenarios.flatMap(scenario => scenario.metrics))
  const withVerdict = (...verdicts: string[]) =>
    new Set(metrics.filter(({ verdict }) => verdicts.includes(verdict)).map(({ requirement }) => requirement))
  const [erred, open] = [withVerdict('error'), withVerdict('inconclusive', 'none')]
  const ids = [...known]
  return {
    errors: ids.filter(id => erred.has(id)).length,
    undecided: ids.filter(id => open.has(id) && !erred.has(id)).length,
  }
}

/** The same for requirements that are marked as known in a record. */
export const beneathKnownIn = (record: Pick<RunRecord, 'scenarios' | 'requirements'>): BeneathKnown =>
  beneathKnown(
    [record],
    record.requirements.filter(({ known }) => known).map(({ id }) => id),
  )

/** `1 of the known with something undecided beside it` */
export const beneathParts = ({ errors, undecided }: BeneathKnown = { errors: 0, undecided: 0 }): string[] => [
  ...(errors > 0 ? [`${errors} of the known with an error of the harness or the lab beside it`] : []),
  ...(undecided > 0 ? [`${undecided} of the known with something undecided beside it`] : []),
]
