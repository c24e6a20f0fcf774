import type { ScenarioOutcome } from '../harness/scenario.ts'
import type { MetricOutcome } from '../harness/verdict/metric.ts'
import type { Requirement } from '../harness/verdict/requirement.ts'
import { worst } from '../harness/verdict/verdict.ts'
import type { RequirementRecord } from './run-record.ts'

/** A metric with the scenario in which it was judged. */
export interface LookedAt {
  scenario: string
  metric: MetricOutcome
}

/** By requirement: every metric that was judged of it. */
export function lookedAt(outcomes: readonly ScenarioOutcome[]): Map<string, LookedAt[]> {
  const found = new Map<string, LookedAt[]>()
  for (const { id: scenario, metrics } of outcomes)
    for (const metric of metrics) {
      const known = found.get(metric.requirement)
      if (known === undefined) found.set(metric.requirement, [{ scenario, metric }])
      else known.push({ scenario, metric })
    }
  return found
}

/** What all scenarios together say of one requirement: the worst, with the first reason of the worst. */
export function requirementRecord(
  requirement: Requirement,
  looked: readonly LookedAt[],
  provenBy: readonly string[],
  unplayedReason: string,
): RequirementRecord {
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
