import type { EntryOf } from '../../harness/timeline/entry.ts'
import { type EarlierRun, whyNotComparable } from '../../harness/timeline/earlier-run.ts'
import { type MetricOutcome, moreSeen } from '../../harness/verdict/metric.ts'
import { kindOf } from '../compare/requirement-changes.ts'
import type {
  BaselineRecord,
  KnownFailureRecord,
  MetricRecord,
  RequirementRecord,
  RunRecord,
  ScenarioRecord,
} from '../run-record.ts'
import { standingsOf } from '../standing.ts'
import { type BrokenMetric, metricId, shapesOfOutcome } from './broken-metrics.ts'
import { declaredFailures } from './declared-baseline.ts'
import { earlierCaveats } from './earlier-caveats.ts'
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
  clock: RunRecord['clock']
  device: RunRecord['device']
  /** Whether the device was the simulated one. */
  simulated: boolean
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
export function againstBaseline(judged: Judged): Marked {
  const { profile, startedAt, earlier, scenarios, requirements } = judged
  const declared = declaredFailures(profile)
  if (!declared) return { scenarios: [...scenarios], requirements: [...requirements] }
  const whyNot = earlier && whyNotComparable(earlier.run, { ...judged.device, simulated: judged.simulated })
  const broken = whyNot === undefined ? (earlier?.broken ?? []) : []
  const accepted = acceptedFailures(declared, broken)
  const valid = accepted.filter(isCovering).filter(failure => !isExpired(failure, startedAt))
  const marked = scenarios.map(scenario => markedScenario(scenario, valid))
  return {
    scenarios: marked,
    requirements: requirements.map(requirement => markedRequirement(requirement, marked)),
    baseline: {
      ...(earlier ? { run: earlierRunRecord(earlier.run, broken, { ...judged, whyNot }) } : {}),
      knownFailures: accepted.map(failure => knownFailureRecord(failure, marked, { startedAt, valid })),
    },
  }
}

function markedScenario(scenario: ScenarioRecord, valid: readonly CoveringFailure[]): ScenarioRecord {
  const metrics = scenario.metrics.map((outcome): MetricRecord => {
    if (outcome.verdict !== 'fail') return outcome
    const meant = valid.filter(failure => isOf(failure, scenario, outcome))
    const known = shapesOfOutcome(outcome).map(shape => meant.find(({ seen }) => seen === shape && seen !== moreSeen))
    const [first] = known
    return first && known.every(Boolean) ? { ...outcome, known: markOf(first) } : outcome
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

function earlierRunRecord(
  run: EarlierRun,
  broken: readonly BrokenMetric[],
  { whyNot, ...now }: Judged & { whyNot: string | undefined },
): NonNullable<BaselineRecord['run']> {
  const caveats = whyNot === undefined ? earlierCaveats(run, now) : [whyNot]
  const changes = whyNot === undefined ? changesSince(broken, now) : { newlyBroken: [], repaired: [] }
  return { ...run, ...(caveats.length > 0 ? { caveats } : {}), ...changes }
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
  { startedAt, valid }: { startedAt: string; valid: readonly CoveringFailure[] },
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
    text: stateText(failure, state, {
      failures: failuresOf(failure, scenarios),
      valid: valid.filter(other => other.metric === metric),
    }),
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
  if (failures.some(outcome => shapesOfOutcome(outcome).includes(failure.seen))) {
    if (isExpired(failure, startedAt)) return 'expired'
    return failures.every(({ known }) => known) ? 'covered' : 'other-shape'
  }
  if (failures.length > 0) return 'other-shape'
  return outcomes.length > 0 && outcomes.every(({ verdict }) => verdict === 'pass' || verdict === 'warning')
    ? 'passed'
    : 'not-judged'
}

const outcomesOf = (failure: AcceptedFailure, scenarios: readonly ScenarioRecord[]) =>
  scenarios.flatMap(scenario => scenario.metrics.filter(outcome => isOf(failure, scenario, outcome)))

const failuresOf = (failure: AcceptedFailure, scenarios: readonly ScenarioRecord[]) =>
  outcomesOf(failure, scenarios).filter(({ verdict }) => verdict === 'fail')
