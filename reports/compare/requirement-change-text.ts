import { measurementText } from '../measurement.ts'
import { type Standing, standings, standingWords } from '../standing.ts'
import { paint } from '../terminal/palette.ts'
import type { MetricChange, MetricState, RequirementChange, RequirementChangeKind } from './comparison.ts'
import { indented, labelled, type Layout, plainText, section } from './text-layout.ts'

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

/** All changes of one kind under their title. */
export function kindSection(
  kind: RequirementChangeKind,
  changes: readonly RequirementChange[],
  layout: Layout,
): string[] {
  const { title, color, inDetail } = wordings[kind]
  const lines = inDetail ? changes.flatMap(change => ['', ...changeInDetail(change, layout)]) : grouped(changes, layout)
  return section(paint(layout.colors, color, layout.colors.bold(title)), changes.length, lines)
}

/** `kept → broken` */
export const transition = ({ before, after }: Pick<RequirementChange, 'before' | 'after'>) =>
  `${standingWords[before]} → ${standingWords[after]}`

function changeInDetail(change: RequirementChange, layout: Layout): string[] {
  const { id, clause, level, sentence, metrics, reasonBefore, reasonAfter } = change
  const head = [id, clause, level].map(plainText).join('  ')
  const standing = change.before === change.after ? standingWords[change.after] : transition(change)
  return [
    `  ${layout.colors.bold(head)}  ${standing}`,
    ...indented(plainText(sentence), 4, 4, layout),
    ...metrics.flatMap(metric => metricLines(metric, layout)),
    ...(metrics.length === 0 && reasonBefore !== undefined ? labelled('before', reasonBefore, layout) : []),
    ...(metrics.length === 0 && reasonAfter !== undefined ? labelled('after', reasonAfter, layout) : []),
  ]
}

function metricLines({ scenario, name, sentence, before, after }: MetricChange, layout: Layout): string[] {
  const [telling, which] = after && (after.standing !== 'kept' || !before) ? [after, 'after'] : [before, 'before']
  const { expected = [], evidence = [], ...finding } = telling?.outcome ?? {}
  const time = measurementText(finding)
  return [
    ...labelled('metric', `${name} of ${scenario}: ${sentence}`, layout),
    ...expected.flatMap((text, index) => labelled(index === 0 ? 'expected' : 'or', text, layout)),
    ...labelled('before', stateText(before), layout),
    ...labelled('after', stateText(after), layout),
    ...(time === undefined ? [] : labelled('time', time, layout)),
    ...(evidence.length === 0
      ? []
      : labelled('evidence', `timeline entries ${evidence.join(', ')} of the run ${which}`, layout)),
  ]
}

/** `broken in 2 of 3 repetitions: two sessions` */
function stateText(state: MetricState | undefined): string {
  if (!state) return 'not judged'
  const { standing, outcome, repetitions } = state
  const so = repetitions.of === 1 ? '' : ` in ${repetitions.so} of ${repetitions.of} repetitions`
  const seen = [outcome.actual, outcome.reason].filter(text => text !== undefined).join('; ')
  return `${standingWords[standing]}${so}${seen === '' ? '' : `: ${seen}`}`
}

/** Those with the same change for the same reason stand together, the worse before first. */
function grouped(changes: readonly RequirementChange[], layout: Layout): string[] {
  const groups = new Map<string, string[]>()
  const rank = ({ before }: RequirementChange) => standings.indexOf(before)
  for (const change of changes.toSorted((a, b) => rank(a) - rank(b))) {
    const reason = change.reasonAfter === undefined ? '' : `: ${plainText(change.reasonAfter)}`
    const title = `${transition(change)}${reason}`
    groups.set(title, [...(groups.get(title) ?? []), plainText(change.id)])
  }
  return [...groups].flatMap(([title, ids]) => [
    ...indented(title, 2, 4, layout),
    ...indented(ids.join(', '), 4, 4, layout),
  ])
}
