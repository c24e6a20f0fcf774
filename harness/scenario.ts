import type { Bench } from './bench.ts'
import type { Limit } from './verdict/limit.ts'
import type { Metric, MetricJudge, MetricOutcome } from './verdict/metric.ts'
import type { Verdict } from './verdict/verdict.ts'
import type { Timeline } from './timeline/timeline.ts'
import type { DeviceFacts } from './device/facts.ts'

/** Whether a scenario can be played with this device; if not, why, and what would make it apply. */
export type Applicability = { applies: true } | { applies: false; reason: string; wouldApplyIf?: string }

/** What `run` gets to make its conversation with. */
export interface Conversation {
  bench: Bench
  /** Names what is being done; the step ends when the work does. */
  step: <T>(text: string, work: () => Promise<T>) => Promise<T>
  /**
   * Keeps a window during which something must not happen. Ends early with `'seen'` when `until` becomes true
   * of the timeline, so that a device caught at once does not cost the whole window.
   */
  watch: (what: string, limit: Limit, until?: (timeline: Timeline) => boolean) => Promise<'over' | 'seen'>
  /** The entries of this scenario up to now. */
  soFar: () => Timeline
  /** Puts a named point on the timeline for the judge. */
  mark: (name: string, data?: Record<string, unknown>) => void
}

export type MetricJudges<M extends Record<string, Metric>> = { [Name in keyof M]: MetricJudge }

/** Notes how the device behaves where the standard leaves a choice. */
export type NoteProperty = (name: string, value: string) => void

export interface ScenarioDefinition<M extends Record<string, Metric>> {
  /** Stable, for example `http-duplicates`. */
  id: string
  title: string
  /** What it is about, in one or two sentences for the reader of the report. */
  purpose: string
  applies(facts: DeviceFacts): Applicability
  /** It takes so long that it is played only when it is asked for; why it must. */
  long?: { why: string }
  /** The windows it must keep with this device, in milliseconds: the lower bound of its duration. */
  windows(facts: DeviceFacts): { for: string; ms: number }[]
  metrics: M
  /** Makes the conversation and judges nothing; what it learns must be on the timeline. */
  run(conversation: Conversation): Promise<void>
  /** Reads the entries of this scenario alone: pure, so that it runs again offline. */
  judge(timeline: Timeline, verdict: MetricJudges<M>, property: NoteProperty): void
}

/** A scenario with its metrics' names erased, as lists hold it. */
export type Scenario = ScenarioDefinition<Record<string, Metric>>

/** Checks the types of a scenario and returns it for lists of scenarios. */
export function scenario<const M extends Record<string, Metric>>(definition: ScenarioDefinition<M>): Scenario {
  return definition
}

/** What became of one scenario. */
export interface ScenarioOutcome {
  id: string
  /** The suite of the user's own that it is from. */
  suite?: string
  title: string
  purpose: string
  repetition: number
  verdict: Verdict
  reason?: string
  metrics: MetricOutcome[]
  properties: Record<string, string>
  steps: { text: string; from: number; to: number }[]
  watches: { for: string; from: number; to: number }[]
  entries: { from: number; to: number }
}
