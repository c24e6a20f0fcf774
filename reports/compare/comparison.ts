import type { Limit } from '../../harness/verdict/limit.ts'
import type { MetricOutcome } from '../../harness/verdict/metric.ts'
import type { KnownMark, RequirementRecord, RunRecord } from '../run-record.ts'
import type { Standing, StandingCounts } from '../standing.ts'

/** What a change of a requirement's standing means, the most important first. Each change is of one kind. */
export const requirementChangeKinds = [
  'newlyBroken',
  /** Broken in both runs, but not by the same metrics. */
  'brokenOtherwise',
  /** Broken before, and now judged without a breach. */
  'repaired',
  /** Undecided or an error of ours now; it may have been broken before. */
  'newlyUndecided',
  'warningsCame',
  'noLongerTested',
  'becameNotApplicable',
  'newlyDecided',
  'warningsWent',
  'newlyTested',
  'becameApplicable',
  /** Of an either-or of the standard the device takes the other branch. */
  'otherBranch',
] as const
export type RequirementChangeKind = (typeof requirementChangeKinds)[number]

/** What differs between two runs, as plain data: `connreq compare --format json`. */
export interface Comparison {
  schema: 'connreq/compare/1'
  before: RunHead
  after: RunHead
  /** Sentences that say how far the two runs can be compared at all. */
  caveats: string[]
  /** What differs in the device's identity, the tool, the clock and the profile. */
  circumstances: Change[]
  requirements: Record<RequirementChangeKind, RequirementChange[]>
  /** Measured times that shifted, the largest shift first. */
  timing: TimingShift[]
  /** How the device behaves, as scenarios saw it that both runs played. */
  properties: Change[]
  /** Played in one run only. */
  scenarios: { gone: ScenarioOfOne[]; added: ScenarioOfOne[] }
  /** Metrics that only one run has, of scenarios that both played. */
  metrics: { gone: MetricName[]; added: MetricName[] }
}

export type RunHead = Pick<
  RunRecord,
  'tool' | 'device' | 'clock' | 'startedAt' | 'durationMs' | 'ended' | 'verdict' | 'sentence'
> & { simulated?: { faults: string[]; variants: string[] }; counts: StandingCounts }

/** Something with a name that has another value, or one in one run only. */
export interface Change {
  name: string
  before?: string
  after?: string
}

export interface RequirementChange extends Pick<RequirementRecord, 'id' | 'clause' | 'level' | 'sentence'> {
  before: Standing
  after: Standing
  /** It is broken now, and that is known and accepted for a while. */
  known?: KnownMark
  reasonBefore?: string
  reasonAfter?: string
  /** The metrics that account for the change. */
  metrics: MetricChange[]
}

export interface MetricName {
  scenario: string
  name: string
  requirement: string
}

export interface MetricChange extends MetricName {
  sentence: string
  /** Absent where that run did not judge the metric. */
  before?: MetricState
  after?: MetricState
}

/** What one run says of a metric: the worst over its repetitions, with the first outcome of the worst. */
export interface MetricState {
  standing: Standing
  outcome: MetricOutcome
  /** How many repetitions stand so, of how many. */
  repetitions: { so: number; of: number }
}

export interface TimingShift extends MetricName {
  before: Measurement
  after: Measurement
}

/** A measured time in milliseconds, of several repetitions the median. */
export interface Measurement {
  measured: number
  /** How far off it can be; of several repetitions at least as far as they lie apart from the median. */
  uncertainty: number
  limit?: Limit
}

export interface ScenarioOfOne {
  id: string
  title: string
  /** Why the other run did not play it, where it says so. */
  reason?: string
}

/** The exit code of `compare`: 1 when something is newly broken, else 0. */
export const comparisonExitCode = (comparison: Comparison): 0 | 1 =>
  comparison.requirements.newlyBroken.length > 0 ? 1 : 0
