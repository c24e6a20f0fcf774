import type { Profile } from '../harness/device/profile.ts'
import type { ScenarioOutcome } from '../harness/scenario.ts'
import type { EntryOf } from '../harness/timeline/entry.ts'
import type { Included } from './scenarios.ts'
import type { SimulatedDevice } from './simulated-bench.ts'

/** What the process that starts the suite tells the one that plays it: plain data. */
export interface ConformanceSettings {
  /** A device in the lab, or the simulated one in the playing process. */
  device: { kind: 'lab'; profile: Profile } | ({ kind: 'simulated'; clock: 'real' | 'virtual' } & SimulatedDevice)
  /** The profile file as the user named it. */
  profilePath?: string
  /** Where every entry is written to at once; the file must not be there yet. */
  timelinePath: string
  /** Ids of scenarios or requirements; empty for all scenarios. */
  only: readonly string[]
  /** Scenarios that are played only when they are asked for. */
  include: readonly Included[]
  /** Folders with scenarios and requirements of the user's own, as absolute paths. */
  suites: readonly string[]
  /** Nobody is there to be asked: what needs a person does not apply. */
  unattended: boolean
  /** Which part of how many this run is, counted from 1. */
  shard?: { index: number; total: number }
  /** Of devices that are played side by side: which this is, which there are, and the part of them that is played. */
  shelf?: NonNullable<EntryOf<'run-started'>['shelf']>
  /** How often each scenario is played. */
  repeat: number
  /** Leaves passwords as they are. */
  keepSecrets: boolean
  /** Labels and attachments for Allure are wanted. */
  allure: boolean
  tool: { version: string; commit?: string }
  /** What an earlier run broke, with which this one is compared. */
  baseline?: Omit<EntryOf<'baseline'>, 'seq' | 'at'>
}

/** What a test of the suite carries in its `task.meta`, under `connreq`. */
export interface ConformanceMeta {
  outcome: ScenarioOutcome
  /** The metric of `outcome` that the test stands for. */
  metric: string
}

declare module 'vitest' {
  interface ProvidedContext {
    connreq: ConformanceSettings
  }
}
