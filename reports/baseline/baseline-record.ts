import type { EntryOf } from '../../harness/timeline/entry.ts'
import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import { kindOf } from '../compare/requirement-changes.ts'
import type {
  BaselineRecord,
  KnownFailureRecord,
  MetricRecord,
  RequirementRecord,
  ScenarioRecord,
} from '../run-record.ts'
import { standingsOf } from '../standing.ts'
import { type BrokenMetric, metricId, shapeOfOutcome } from './broken-metrics.ts'
import { declaredFailures } from './declared-baseline.ts'
import {
  type AcceptedFailure,
  acceptedFailures,
  type CoveringFailure,
  isCovering,
  isExpired,
} from './known-failures.ts'
import { stateText } from './state-text.ts'

/** What a run found, and what was known before it. */
export interface Judged {
  /** As the run used it. */
  profile: unknown
  /** When the run began. */
  startedAt: string
  /** What the run's beginning read of an earlier run. */
  earlier: EntryOf<'baseline'> | undefined
  scenarios: readonly ScenarioRecord[]
  requirements: readonly RequirementRecord[]
}

/** The same with known failures marked as such. */
export interface Marked {
  scenarios: ScenarioRecord[]
  requirements: RequirementRecord[]
  /** Present where the profile has a baseline. */
  baseline?: BaselineRecord
}

/**
 * Holds a run against the baseline of its profile. A failure is covered where a known failure names the same metric and
 * the same shape and has not expired on the day of the run; a requirement, where all its failures are.
 */
export function againstBaseline({ profile, startedAt, earlier, scenarios, requirements }: Judged): Marked {
  const declared = declaredFailures(profile)
  if (!declared) return { scenarios: [...scenarios], requirements: [...requirements] }
  const accepted = acceptedFailures(declared, earlier?.broken ?? [])
  const valid = accepted.filter(isCovering).filter(failure => !isExpired(failure, startedAt))
  const marked = scenarios.map(scenario => markedScenario(scenario, valid))
  return {
    scenarios: marked,
    requirements: requirements.map(requirement => markedRequirement(requirement, marked)),
    baseline: {
      ...(earlier ? { run: { ...earlier.run, ...changesSince(earlier.broken, { scenarios, requirements }) } } : {}),
      knownFailures: accepted.map(failure => knownFailureRecord(failure, marked, startedAt)),
    },
  }
}

function markedScenario(scenario: ScenarioRecord, valid: readonly CoveringFailure[]): ScenarioRecord {
  const metrics = scenario.metrics.map((outcome): MetricRecord => {
    if (outcome.verdict !== 'fail') return outcome
    const known = valid.find(failure => isOf(failure, scenario, outcome) && failure.seen === shapeOfOutcome(outcome))
    return known ? { ...outcome, known: markOf(known) } : outcome
  })
  return { ...scenario, metrics }
}

const isOf = ({ requirement, metric }: AcceptedFailure, scenario: Pick<ScenarioRecord, 'id'>, outcome: MetricOutcome) =>
  outcome.requirement === requirement && metricId(scenario, outcome) === metric

const markOf = ({ reason, until }: AcceptedFailure) => ({ reason, ...(until === undefined ? {} : { until }) })

function markedRequirement(requirement: RequirementRecord, scenarios: readonly ScenarioRecord[]): RequirementRecord {
  const failures = scenarios
    .flatMap(({ metrics }) => metrics)
    .filter(metric => metric.verdict === 'fail' && metric.requirement === requirement.id)
  const [known] = failures.flatMap(metric => metric.known ?? [])
  return known && failures.every(metric => metric.known) ? { ...requirement, known } : requirement
}

type Standing = Pick<Judged, 'scenarios' | 'requirements'>

function changesSince(broken: readonly BrokenMetric[], { scenarios, requirements }: Standing) {
  const before = new Set(broken.map(({ requirement }) => requirement))
  const standings = standingsOf({ scenarios: [...scenarios], requirements: [...requirements] })
  const ids = [...standings.keys()]
  return {
    newlyBroken: ids.filter(id => standings.get(id) === 'broken' && !before.has(id)),
    repaired: ids.filter(id => before.has(id) && kindOf('broken', standings.get(id) ?? 'untested') === 'repaired'),
  }
}

function knownFailureRecord(
  failure: AcceptedFailure,
  scenarios: readonly ScenarioRecord[],
  startedAt: string,
): KnownFailureRecord {
  const { requirement, metric, seen, reason, until } = failure
  const state = stateOf(failure, scenarios, startedAt)
  return {
    requirement,
    ...(metric === undefined ? {} : { metric }),
    ...(seen === undefined ? {} : { seen }),
    reason,
    ...(until === undefined ? {} : { until }),
    state,
    text: stateText(failure, state, failuresOf(failure, scenarios)),
  }
}

function stateOf(
  failure: AcceptedFailure,
  scenarios: readonly ScenarioRecord[],
  startedAt: string,
): KnownFailureRecord['state'] {
  if (!isCovering(failure)) return 'covers-nothing'
  const outcomes = outcomesOf(failure, scenarios)
  const failures = outcomes.filter(({ verdict }) => verdict === 'fail')
  if (failures.some(outcome => shapeOfOutcome(outcome) === failure.seen))
    return isExpired(failure, startedAt) ? 'expired' : 'covered'
  if (failures.length > 0) return 'other-shape'
  return outcomes.length > 0 && outcomes.every(({ verdict }) => verdict === 'pass' || verdict === 'warning')
    ? 'passed'
    : 'not-judged'
}

const outcomesOf = (failure: AcceptedFailure, scenarios: readonly ScenarioRecord[]) =>
  scenarios.flatMap(scenario => scenario.metrics.filter(outcome => isOf(failure, scenario, outcome)))

const failuresOf = (failure: AcceptedFailure, scenarios: readonly ScenarioRecord[]) =>
  outcomesOf(failure, scenarios).filter(({ verdict }) => verdict === 'fail')
