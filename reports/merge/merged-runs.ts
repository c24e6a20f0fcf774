import type { KnownFailureRecord, KnownMark, RequirementRecord, RunRecord, RunVerdict } from '../run-record.ts'
import type { BeneathKnown } from '../beneath-known.ts'
import { needsTidying } from '../run-verdict.ts'
import { type Standing, type StandingCounts, standings } from '../standing.ts'
import type { MissingParts } from './parts.ts'

/** A run and the directory that it was read from. */
export interface NamedRun {
  path: string
  record: RunRecord
}

/** What several runs say together, as plain data: `connreq merge --format json` and `merged.json`. */
export interface MergedRuns {
  schema: 'connreq/merge/1'
  /** The worst of the devices. */
  verdict: RunVerdict
  sentence: string
  /** Sentences on how far the runs belong together. */
  caveats: string[]
  /** One for each DeviceId, and at the end those that have no run. */
  devices: MergedDevice[]
  /** Every requirement that a run knows, with one cell for each device, in the order of `devices`. */
  requirements: MatrixRow[]
}

export interface MergedDevice extends Pick<RunRecord, 'device' | 'clock' | 'verdict' | 'sentence'> {
  /** What people call it; no two devices of a merge share it. */
  label: string
  counts: StandingCounts
  /** How many of the broken requirements are known failures in every run that broke them; absent where none is. */
  known?: number
  /** How many of these have an error of ours or something undecided beside them; absent where none has. */
  beneathKnown?: BeneathKnown
  /** Which parts of how many none of its runs is; absent where none is missing. */
  missingParts?: MissingParts
  /** Of parts of one run that are of different firmware, what each is of; absent where they are of one. */
  firmwares?: string[]
  /** No scenario applied in any of its runs. */
  playedNothing?: true
  runs: MergedRun[]
  contradictions: Contradiction[]
}

export interface MergedRun
  extends Pick<RunRecord, 'tool' | 'clock' | 'startedAt' | 'durationMs' | 'ended' | 'verdict' | 'sentence'> {
  path: string
  firmware?: string
  simulated?: { faults: string[]; variants: string[] }
  shard?: NonNullable<RunRecord['shard']>
  /** What became of the known failures of its profile. */
  knownFailures?: KnownFailureRecord[]
}

/** Something of which the runs of one device say different things. */
export interface Contradiction {
  /** A metric as `scenario.name`, or a property of the device. */
  about: string
  /** Of a metric the requirement that it judges. */
  requirement?: string
  sayings: Saying[]
}

export interface Saying {
  says: string
  /** The directories of the runs that say so. */
  runs: string[]
}

export interface MatrixRow extends Pick<RequirementRecord, 'id' | 'clause' | 'level' | 'sentence'> {
  cells: MatrixCell[]
}

/** Where a requirement stands for one device: the worst over its runs. */
export interface MatrixCell {
  standing: Standing
  reason?: string
  /** It is broken, and in every run that broke it that is a known failure. */
  known?: KnownMark
  /** The directory of the first run that says so; absent where no run knows the requirement. */
  run?: string
}

/** From here on nothing is wrong. */
const firstCalm = standings.indexOf('kept')

/**
 * Whether the requirement needs a look: it is broken, undecided, an error of ours or a warning for some device, or
 * untested for one while another was judged. One of which nothing at all was judged says that itself.
 */
export function needsLook({ cells }: MatrixRow, devices: readonly Pick<MergedDevice, 'counts'>[]): boolean {
  const troubled = cells.some(({ standing }) => standings.indexOf(standing) < firstCalm)
  const untested = cells.some(({ standing }, index) => standing === 'untested' && !judgedNothing(devices[index]))
  return troubled || (untested && cells.some(({ standing }) => standing === 'kept' || standing === 'not-asked'))
}

const judgedNothing = (device: Pick<MergedDevice, 'counts'> | undefined) =>
  device !== undefined && standings.every(standing => standing === 'untested' || device.counts[standing] === 0)

/**
 * The exit code of `merge`: as that of `run`, over all devices. Known failures do not count; `strict` counts them,
 * warnings, undecided, and known failures that expired or did not show, as 1.
 */
export function mergeExitCode({ devices, verdict }: MergedRuns, options: { strict: boolean }): 0 | 1 | 2 | 3 {
  const total = (number: (device: MergedDevice) => number) => devices.reduce((sum, device) => sum + number(device), 0)
  const broken = total(({ counts }) => counts.broken)
  const known = total(device => device.known ?? 0)
  const undecided =
    verdict === 'undecided' || devices.some(device => device.verdict === 'undecided' || isUndecided(device))
  const beneathErrors = total(device => device.beneathKnown?.errors ?? 0)
  const runs = devices.flatMap(device => device.runs)
  if (broken > known || (options.strict && broken > 0)) return 1
  if (verdict === 'error' || beneathErrors > 0 || (known > 0 && runs.some(({ ended }) => ended.how !== 'completed')))
    return 2
  if (options.strict && (undecided || total(({ counts }) => counts.warning) > 0)) return 1
  if (options.strict && runs.some(({ knownFailures }) => needsTidying(knownFailures))) return 1
  return undecided ? 3 : 0
}

/** Whether something of the device is undecided, be it beside a known failure. */
const isUndecided = ({ counts, known = 0, beneathKnown, playedNothing, firmwares }: MergedDevice) =>
  counts.undecided + (beneathKnown?.undecided ?? 0) > 0 ||
  firmwares !== undefined ||
  (known > 0 && playedNothing === true)
