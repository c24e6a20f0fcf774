import { type Standing, standings, standingWords } from '../standing.ts'
import type { MetricChange, MetricState, RequirementChange, RequirementChangeKind } from './comparison.ts'

interface Wording {
  title: string
  /** Behind a count: "2 newly broken". */
  counted: string
  color: Standing
  /** Told one by one with their metrics; the others share a line with all of the same reason. */
  inDetail?: true
}

export const wordings: Record<RequirementChangeKind, Wording> = {
  newlyBroken: { title: 'NEWLY BROKEN', counted: 'newly broken', color: 'broken', inDetail: true },
  brokenOtherwise: { title: 'STILL BROKEN, OTHERWISE', counted: 'broken otherwise', color: 'broken', inDetail: true },
  repaired: { title: 'REPAIRED', counted: 'repaired', color: 'kept', inDetail: true },
  newlyUndecided: { title: 'NEWLY UNDECIDED', counted: 'newly undecided', color: 'undecided', inDetail: true },
  warningsCame: { title: 'NEW WARNINGS', counted: 'with a new warning', color: 'warning', inDetail: true },
  noLongerTested: { title: 'NO LONGER TESTED', counted: 'no longer tested', color: 'untested' },
  becameNotApplicable: { title: 'NOT APPLICABLE NOW', counted: 'not applicable now', color: 'not-applicable' },
  newlyDecided: { title: 'NEWLY DECIDED', counted: 'newly decided', color: 'kept' },
  warningsWent: { title: 'WARNINGS GONE', counted: 'without their warning', color: 'kept' },
  newlyTested: { title: 'NEWLY TESTED', counted: 'newly tested', color: 'kept' },
  becameApplicable: { title: 'APPLICABLE NOW', counted: 'applicable now', color: 'kept' },
  otherBranch: { title: 'OTHER BRANCH OF AN EITHER-OR', counted: 'by the other branch', color: 'not-asked' },
}

/** `kept → broken` */
export const transition = ({ before, after }: Pick<RequirementChange, 'before' | 'after'>) =>
  `${standingWords[before]} → ${standingWords[after]}`

/** `broken in 2 of 3 repetitions: two sessions` */
export function stateText(state: MetricState | undefined): string {
  if (!state) return 'not judged'
  const { standing, outcome, repetitions } = state
  const so = repetitions.of === 1 ? '' : ` in ${repetitions.so} of ${repetitions.of} repetitions`
  const seen = [outcome.actual, outcome.reason].filter(text => text !== undefined).join('; ')
  return `${standingWords[standing]}${so}${seen === '' ? '' : `: ${seen}`}`
}

/** The state of a metric in that run of the two which tells more, and which run that is. */
export const tellingState = ({
  before,
  after,
}: {
  before: MetricChange['before'] | undefined
  after: MetricChange['after'] | undefined
}): [state: MetricState | undefined, which: 'before' | 'after'] =>
  after && (after.standing !== 'kept' || !before) ? [after, 'after'] : [before, 'before']

/** Changes that are told together. */
export interface ChangeGroup {
  /** One of them; the others have the same standings. */
  change: RequirementChange
  reason?: string
  ids: string[]
}

/** Those with the same change for the same reason stand together, the worse before first. */
export function groupsOf(changes: readonly RequirementChange[]): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>()
  const rank = ({ before }: RequirementChange) => standings.indexOf(before)
  for (const change of changes.toSorted((a, b) => rank(a) - rank(b))) {
    const { id, before, after, reasonAfter } = change
    const key = JSON.stringify([before, after, reasonAfter])
    const group = groups.get(key)
    if (group) group.ids.push(id)
    else groups.set(key, { change, ...(reasonAfter === undefined ? {} : { reason: reasonAfter }), ids: [id] })
  }
  return [...groups.values()]
}
