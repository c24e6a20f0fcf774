import type { Entry } from '../../harness/timeline/entry.ts'
import { type Verdict, worse } from '../../harness/verdict/verdict.ts'
import { beforeTheRun, follow, type ProgressState } from '../../reports/terminal/progress-state.ts'

/** What one device of several is at. */
export type Phase = 'queued' | 'starting' | 'playing' | 'played' | 'reporting' | 'over'

/** How far one device of several has come. */
export interface DeviceState {
  label: string
  phase: Phase
  /** What the timeline tells. */
  progress: ProgressState
  /** The worst verdict of the scenarios until now. */
  worst: Verdict
  /** By the device's timeline, in milliseconds: the time of its last entry. */
  lastAt: number
  /** The wall-clock time at which its timeline began. */
  begunAt?: Date
  /** A device called. */
  deviceCame: boolean
  /** What there is to say of it at the end. */
  result?: string
}

export const queued = (label: string): DeviceState => ({
  label,
  phase: 'queued',
  progress: beforeTheRun(),
  worst: 'none',
  lastAt: 0,
  deviceCame: false,
})

/** Takes an entry of the device's timeline into account. */
export function followEntry(state: DeviceState, entry: Entry): void {
  follow(state.progress, entry)
  state.lastAt = entry.at
  if (entry.type === 'run-started') state.begunAt = new Date(Date.parse(entry.wallTime) - entry.at)
  if (entry.type === 'acs-listening') state.phase = 'playing'
  if (entry.type === 'session-opened') state.deviceCame = true
}

/** Takes the verdict of a scenario into account. */
export function followVerdict(state: DeviceState, verdict: Verdict): void {
  state.worst = worse(state.worst, verdict)
}
