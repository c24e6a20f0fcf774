import type { ScenarioOutcome } from '../harness/scenario.ts'
import type { MetricOutcome } from '../harness/verdict/metric.ts'
import type { Requirement } from '../harness/verdict/requirement.ts'
import { worst } from '../harness/verdict/verdict.ts'
import type { RequirementRecord } from './run-record.ts'

/** What all scenarios together say of one requirement: the worst, with the first reason of the worst. */
export function requirementRecord(
  requirement: Requirement,
  outcomes: readonly ScenarioOutcome[],
  provenBy: readonly string[],
  unplayedReason: string,
): RequirementRecord {
  const looked = outcomes.flatMap(({ id, metrics }) =>
    metrics.filter(metric => metric.requirement === requirement.id).map(metric => ({ scenario: id, metric })),
  )
  const verdict = worst(looked.map(({ metric }) => metric.verdict))
  const decisive = looked.filter(({ metric }) => metric.verdict === verdict).map(({ metric }) => metric)
  const reason =
    verdict === 'none'
      ? (requirement.untested?.reason ?? unplayedReason)
      : verdict === 'not-applicable' || verdict === 'not-asked'
        ? uniqueReasons(decisive)
        : (decisive[0]?.reason ?? (verdict === 'pass' ? undefined : decisive[0]?.actual))
  return {
    ...requirement,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    scenarios: [...new Set(looked.map(({ scenario }) => scenario))],
    provenBy: [...provenBy],
  }
}

function uniqueReasons(metrics: readonly MetricOutcome[]): string | undefined {
  const reasons = [...new Set(metrics.flatMap(({ reason }) => reason ?? []))]
  return reasons.length === 0 ? undefined : reasons.join(' ')
}
