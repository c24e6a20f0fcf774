import { markText } from '../baseline/known-failures.ts'
import { measurementText } from '../measurement.ts'
import { standingWords } from '../standing.ts'
import { paint } from '../terminal/palette.ts'
import { groupsOf, stateText, tellingState, transition, wordings } from './change-words.ts'
import type { MetricChange, RequirementChange, RequirementChangeKind } from './comparison.ts'
import { indented, labelled, type Layout, plainText, section } from './text-layout.ts'

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

function changeInDetail(change: RequirementChange, layout: Layout): string[] {
  const { id, clause, level, sentence, metrics, reasonBefore, reasonAfter } = change
  const head = [id, clause, level].map(plainText).join('  ')
  const standing = change.before === change.after ? standingWords[change.after] : transition(change)
  return [
    `  ${layout.colors.bold(head)}  ${standing}`,
    ...indented(plainText(sentence), 4, 4, layout),
    ...(change.known ? labelled('known', markText(change.known), layout) : []),
    ...metrics.flatMap(metric => metricLines(metric, layout)),
    ...(metrics.length === 0 && reasonBefore !== undefined ? labelled('before', reasonBefore, layout) : []),
    ...(metrics.length === 0 && reasonAfter !== undefined ? labelled('after', reasonAfter, layout) : []),
  ]
}

function metricLines({ scenario, name, sentence, before, after }: MetricChange, layout: Layout): string[] {
  const [telling, which] = tellingState({ before, after })
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

function grouped(changes: readonly RequirementChange[], layout: Layout): string[] {
  return groupsOf(changes).flatMap(({ change, reason, ids }) => [
    ...indented(`${transition(change)}${reason === undefined ? '' : `: ${plainText(reason)}`}`, 2, 4, layout),
    ...indented(ids.map(plainText).join(', '), 4, 4, layout),
  ])
}
