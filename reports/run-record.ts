import type { EarlierRun } from '../harness/timeline/earlier-run.ts'
import type { Limit } from '../harness/verdict/limit.ts'
import type { MetricOutcome } from '../harness/verdict/metric.ts'
import type { Requirement } from '../harness/verdict/requirement.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'

/** `run.json`: everything a report says, as data. The published schema is `connreq list --schema`. */
export interface RunRecord {
  schema: 'connreq/run/1'
  tool: { version: string; commit?: string }
  device: {
    name?: string
    manufacturer?: string
    oui?: string
    productClass?: string
    serialNumber?: string
    firmware?: string
  }
  /** The profile as used, redacted. */
  profile: unknown
  /** The profile file as it was named; absent where no profile was, or an earlier version played. */
  profilePath?: string
  probe: unknown
  clock: 'real' | 'virtual'
  /** ISO 8601 with zone. */
  startedAt: string
  finishedAt: string
  durationMs: number
  ended: { how: 'completed' | 'interrupted' | 'broken-off' | 'killed'; reason?: string }
  verdict: RunVerdict
  /** One sentence for people: "NOT CONFORMANT: 2 requirements broken". */
  sentence: string
  requirements: RequirementRecord[]
  scenarios: ScenarioRecord[]
  notApplicable: { id: string; reason: string; wouldApplyIf?: string }[]
  /** Every limit that was used, with who chose it. */
  limits: { name: string; ms: number; source: Limit['source']; why: string }[]
  /** Facts about the device, gathered over all scenarios: "in a session: refuses with 503". */
  properties: Record<string, string>
  /** What nobody expected: unknown RPCs, syntax problems, sessions that no scenario asked for. */
  remarks: { text: string; count: number; evidence: number[] }[]
  /** The capture that was judged, where nothing was played. */
  captured?: { file: string; sha256: string; packets: number }
  /** Suites of the user's own that were played, with their folders seen from where the run was started. */
  suites?: { name: string; folder: string }[]
  /** The part of a run that this is (`--shard`), counted from 1; parts of one division share its name. */
  shard?: { index: number; total: number; division: string }
  /** Of devices that are played side by side: which this is, which there are, and the part of them that was played. */
  shelf?: { device: string; devices: string[]; part?: { index: number; total: number } }
  lab: { node: string; platform: string; simulated?: { faults: string[]; variants: string[] } }
  timing: { lowerBoundMs: number; loopDelayMaxMs: number }
  /** Present where the profile has a baseline. */
  baseline?: BaselineRecord
}

/** The run against what was known before it. */
export interface BaselineRecord {
  /** The earlier run that it is compared with; requirements by their ids. */
  run?: EarlierRun & {
    /** How far the two runs can be compared; absent where nothing stands against it. */
    caveats?: string[]
    newlyBroken: string[]
    repaired: string[]
  }
  /** A row for each metric of each known failure of the profile. */
  knownFailures: KnownFailureRecord[]
}

/** A failure that the profile accepts for now, and what became of it. */
export interface KnownFailureRecord extends KnownMark {
  requirement: string
  /** `scenario.name`; absent where neither the profile nor the baseline run names one. */
  metric?: string
  /** The shape of what it shows when it fails, see reports/baseline/failure-shape.ts. */
  seen?: string
  state: KnownFailureState
  /** The state in a sentence for people. */
  text: string
}

export const knownFailureStates = [
  /** It failed as known, and does not count. */
  'covered',
  /** It no longer fails. */
  'passed',
  /** It failed as known, but was accepted until a day before this run: it counts. */
  'expired',
  /** It failed otherwise than known: it counts. */
  'other-shape',
  'not-judged',
  /** Nothing says which failure it is. */
  'covers-nothing',
] as const
export type KnownFailureState = (typeof knownFailureStates)[number]

/** On what is broken and accepted for now. */
export interface KnownMark {
  reason: string
  /** The last day on which it is accepted, UTC: `2027-01-31`. */
  until?: string
}

/** What became of a metric. */
export interface MetricRecord extends MetricOutcome {
  /** Its failure is a known one. */
  known?: KnownMark
}

/**
 * The worst of its requirements, so that a breach never hides an error of our own; the sentence names both.
 * `error` also for a run that did not reach its end with nothing broken.
 */
export type RunVerdict =
  | 'conformant'
  /** Nothing broken, but only a part of the suite was played (`--only`). */
  | 'kept-in-part'
  | 'kept-in-virtual-time'
  | 'not-conformant'
  | 'undecided'
  | 'error'

export interface RequirementRecord extends Requirement {
  verdict: Verdict
  reason?: string
  /** Scenarios that judged it. */
  scenarios: string[]
  /** Faults of the simulated device that its checks were seen to catch. */
  provenBy: string[]
  /** It is broken, and every failure of its metrics is a known one. */
  known?: KnownMark
}

export interface ScenarioRecord {
  id: string
  /** The suite of the user's own that it is from. */
  suite?: string
  title: string
  purpose: string
  /** 1 unless the run repeats. */
  repetition: number
  verdict: Verdict
  reason?: string
  metrics: MetricRecord[]
  properties: Record<string, string>
  /** Begin and end in milliseconds on the timeline's clock. */
  steps: { text: string; from: number; to: number }[]
  /** Begin and end in milliseconds on the timeline's clock. */
  watches: { for: string; from: number; to: number }[]
  /** First and last timeline entry that belong to it. */
  entries: { from: number; to: number }
  durationMs: number
}
