import { standingWords } from '../standing.ts'
import {
  type Comparison,
  type MetricChange,
  type MetricName,
  type RequirementChange,
  requirementChangeKinds,
  type ScenarioOfOne,
} from './comparison.ts'
import { transition } from './change-words.ts'
import { type ComparisonTextOptions, indented, type Layout, layoutOf, plainText, section } from './text-layout.ts'

/**
 * What another judgement of the same recording changed: a line a requirement with the reason, below it the metrics
 * that account for it; then metrics and scenarios that are new or gone. Ends with a line end.
 * @param comparison from the earlier judgement to the present one
 */
export function rejudgedText(comparison: Comparison, options: ComparisonTextOptions): string {
  const layout = layoutOf(options)
  const { requirements, metrics, scenarios } = comparison
  const sectionOf = <T>(title: string, items: readonly T[], linesOf: (item: T) => string[]) =>
    section(layout.colors.bold(title), items.length, items.flatMap(linesOf))
  const metricLines = ({ scenario, name, requirement }: MetricName) =>
    indented(plainText(`${requirement}  ${name} of ${scenario}`), 2, 4, layout)
  const scenarioLines = ({ id, title }: ScenarioOfOne) => indented(plainText(`${id}: ${title}`), 2, 4, layout)
  const lines = [
    ...sectionOf(
      'JUDGED OTHERWISE THAN BEFORE',
      requirementChangeKinds.flatMap(kind => requirements[kind]),
      change => changeLines(change, layout),
    ),
    ...sectionOf('NEW METRICS', metrics.added, metricLines),
    ...sectionOf('METRICS THAT ARE GONE', metrics.gone, metricLines),
    ...sectionOf('SCENARIOS NOT JUDGED BEFORE', scenarios.added, scenarioLines),
    ...sectionOf('SCENARIOS NO LONGER JUDGED', scenarios.gone, scenarioLines),
  ]
  return [...(lines.length > 0 ? lines : ['', 'Judged as before: no verdict and no metric changed.']), ''].join('\n')
}

function changeLines(change: RequirementChange, layout: Layout): string[] {
  const { id, reasonAfter, metrics } = change
  const standing = change.before === change.after ? `still ${standingWords[change.after]}` : transition(change)
  const reason = reasonAfter === undefined ? '' : `: ${reasonAfter}`
  return [
    ...indented(plainText(`${id}  ${standing}${reason}`), 2, 4, layout),
    ...metrics.flatMap(metric => metricChangeLines(metric, reasonAfter, layout)),
  ]
}

function metricChangeLines(metric: MetricChange, told: string | undefined, layout: Layout): string[] {
  const { name, scenario, before, after } = metric
  const words = [before, after].map(state => (state ? standingWords[state.standing] : 'not judged')).join(' → ')
  const seen = after?.outcome.actual ?? after?.outcome.reason
  const more = seen === undefined || seen === told ? '' : `: ${seen}`
  return indented(plainText(`${name} of ${scenario}: ${words}${more}`), 4, 6, layout)
}
