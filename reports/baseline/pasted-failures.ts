import { stringify } from 'yaml'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { KnownMark, RunRecord } from '../run-record.ts'
import { tellsApart } from './failure-shape.ts'
import { type BrokenMetric, brokenMetrics, metricId, shapesOfOutcome } from './broken-metrics.ts'

/** Which failures are wanted, and why they are accepted. */
export interface Wanted extends Partial<KnownMark> {
  requirement: string
  /** All of the requirement's without it. */
  metric?: string
}

/**
 * The section of a profile that accepts every failure of a run, as YAML. The reason is left for a person to write,
 * unless the failure is known already.
 */
export function baselineSection(path: string, record: RunRecord): string {
  const failures = brokenMetrics(record.scenarios)
  const sentences = new Map(record.requirements.map(({ id, sentence }) => [id, sentence]))
  const lines = [
    `# What ${path} found broken, as the baseline of a profile. Each failure needs a reason.`,
    'baseline:',
    '  # With the next line reports also say what is newly broken and what is repaired since that run.',
    `  # run: ${scalar(path)}`,
    failures.length === 0 ? '  knownFailures: []' : '  knownFailures:',
    ...failures.flatMap(failure => [
      `    # ${failure.requirement}: ${sentences.get(failure.requirement) ?? ''}`.trimEnd(),
      ...(tellsApart(failure.seen)
        ? []
        : ['    # It would cover nothing: what it shows has no word that tells it from others.']),
      ...knownFailureLines(failure, markIn(record, failure)).map(line => `    ${line}`),
    ]),
  ]
  return lines.map(line => `${visibleText(line)}\n`).join('')
}

/** The lines of YAML that accept the wanted failures of a run, below `knownFailures:`. */
export function pastedFailures(record: RunRecord, wanted: Wanted): string[] {
  return brokenMetrics(record.scenarios)
    .filter(({ requirement, metric }) => requirement === wanted.requirement && metric === (wanted.metric ?? metric))
    .flatMap(failure => knownFailureLines(failure, wanted))
}

/** The lines of YAML that accept one failure. */
export function knownFailureLines(
  { requirement, metric, seen }: BrokenMetric,
  { reason, until }: Partial<KnownMark> = {},
): string[] {
  return [
    `- requirement: ${scalar(requirement)}`,
    `  metric: ${scalar(metric)}`,
    `  seen: ${scalar(seen)}`,
    reason === undefined ? '  reason: # why?' : `  reason: ${scalar(reason)}`,
    until === undefined ? '  # until: 2027-01-31' : `  until: ${until}`,
  ]
}

function markIn({ scenarios }: RunRecord, { metric, seen }: BrokenMetric): KnownMark | undefined {
  return scenarios
    .flatMap(scenario => scenario.metrics.filter(outcome => metricId(scenario, outcome) === metric))
    .find(outcome => outcome.known && shapesOfOutcome(outcome).includes(seen))?.known
}

/** A text as YAML has it on one line. */
const scalar = (text: string) => stringify(visibleText(text), { lineWidth: 0 }).trimEnd()
