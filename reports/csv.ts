import { markText } from './baseline/known-failures.ts'
import { csvCell } from './csv-cell.ts'
import type { MetricOutcome } from '../harness/verdict/metric.ts'
import type { RequirementRecord, RunRecord } from './run-record.ts'
import { type Standing, standingsOf } from './standing.ts'

const columns = [
  'requirement',
  'clause',
  'level',
  'who',
  'basis',
  'standing',
  'verdict',
  'reason',
  'expected',
  'actual',
  'measured_ms',
  'limit_ms',
  'evidence',
  'scenarios',
  'proven_by',
  'sentence',
  'known',
  'suite',
] as const

/** `results.csv` after RFC 4180: a header line, then a line a requirement. No cell can be taken for a formula. */
export function resultsCsv(record: RunRecord): string {
  const standings = standingsOf(record)
  const decisive = decisiveMetrics(record)
  const rows = record.requirements.map(requirement =>
    row(requirement, standings.get(requirement.id) ?? 'untested', decisive.get(requirement.id)),
  )
  return [columns, ...rows].map(cells => `${cells.map(csvCell).join(',')}\r\n`).join('')
}

/** For each requirement the first metric with the verdict that the requirement got. */
function decisiveMetrics(record: RunRecord): Map<string, MetricOutcome> {
  const verdicts = new Map(record.requirements.map(({ id, verdict }) => [id, verdict]))
  const metrics = record.scenarios.flatMap(scenario => scenario.metrics)
  const fitting = metrics.filter(({ requirement, verdict }) => verdicts.get(requirement) === verdict)
  return new Map(fitting.toReversed().map(metric => [metric.requirement, metric]))
}

function row(requirement: RequirementRecord, standing: Standing, metric: MetricOutcome | undefined): string[] {
  const cells: Record<(typeof columns)[number], string | number | undefined> = {
    requirement: requirement.id,
    clause: requirement.clause,
    level: requirement.level,
    who: requirement.who,
    basis: requirement.basis,
    standing,
    verdict: requirement.verdict,
    reason: requirement.reason,
    expected: metric?.expected?.join(' | '),
    actual: metric?.actual,
    measured_ms: metric?.measured,
    limit_ms: metric?.limit?.ms,
    evidence: metric?.evidence?.join(' '),
    scenarios: requirement.scenarios.join(' '),
    proven_by: requirement.provenBy.join(' '),
    sentence: requirement.sentence,
    known: requirement.known && `known ${markText(requirement.known)}`,
    suite: requirement.suite,
  }
  return columns.map(column => String(cells[column] ?? ''))
}
