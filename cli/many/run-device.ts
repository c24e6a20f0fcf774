import type { Clock } from '../../harness/clock/clock.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { completeTimeline, lossOf, playingDied } from '../run/complete-timeline.ts'
import type { Played } from '../run/play-suite.ts'
import { writeProfile } from '../run/profile-file.ts'
import type { Board } from './board.ts'
import { buildInBackground } from './build-in-background.ts'
import { type DeviceState, followEntry, followVerdict, type Phase } from './device-state.ts'
import type { Limiter } from './limiter.ts'
import { playDevice } from './play-device.ts'

/** How many devices may be at what at the same time. */
export interface Limits {
  playing: Limiter
  starting: Limiter
  reporting: Limiter
}

export interface RunDeviceOptions {
  settings: ConformanceSettings
  directory: string
  state: DeviceState
  board: Board
  clock: Clock
  signal: AbortSignal
  limits: Limits
  allure: boolean
  /** The device is no longer played. */
  onPlayed: () => void
}

/** What became of one device of several. */
export interface DeviceOutcome {
  state: DeviceState
  directory: string
  /** There is a run to merge: reports, or the timeline of one in which no device called. */
  recorded: boolean
  /** Why the run did not reach its end, or is not judged. */
  problem?: string
  /** What there is to say besides. */
  remarks: string[]
  /** OUI and serial number of the device that called. */
  deviceId?: string
}

/** Plays one device of several and builds its reports, each when it is its turn. Never throws for what one device did. */
export async function runDevice(options: RunDeviceOptions): Promise<DeviceOutcome> {
  const { state, board, directory, limits, settings } = options
  const enter = (phase: Phase) => {
    state.phase = phase
    board.changed(state)
  }
  const finish = (outcome: Omit<DeviceOutcome, 'state' | 'directory'>, result: string): DeviceOutcome => {
    state.result = result
    enter('over')
    return { state, directory, ...outcome }
  }
  const whyNot = await playInTurn(options, enter).catch((error: Error) => error.message)
  options.onPlayed()
  if (!state.deviceCame)
    return finish(
      withProblem(whyNot ?? 'No device called.', { recorded: state.begunAt !== undefined, remarks: [] }),
      whyNot ?? 'No device called.',
    )
  state.phase = 'played'
  const leave = await limits.reporting.pass()
  try {
    enter('reporting')
    const built = await buildInBackground(directory, { allure: options.allure, suites: settings.suites })
    if (!built.built) return finish({ recorded: false, problem: built.reason, remarks: [] }, built.reason)
    const { sentence, remarks, deviceId } = built
    const outcome = withProblem(whyNot, { recorded: true, remarks })
    return finish({ ...outcome, ...(deviceId === undefined ? {} : { deviceId }) }, sentence)
  } finally {
    leave()
  }
}

const withProblem = (problem: string | undefined, rest: { recorded: boolean; remarks: string[] }) =>
  problem === undefined ? rest : { problem, ...rest }

/** @returns why the run did not reach its end, where it did not, and that the device was not switched off */
async function playInTurn(options: RunDeviceOptions, enter: (phase: Phase) => void): Promise<string | undefined> {
  const { state, board, limits, signal, settings, clock } = options
  const stopPlaying = await limits.playing.pass()
  const started = await limits.starting.pass()
  try {
    if (signal.aborted) return 'The run was interrupted before its turn.'
    enter('starting')
    const played = await playDevice({
      settings,
      clock,
      signal,
      onVerdict(verdict) {
        followVerdict(state, verdict)
      },
      onEntry(entry) {
        followEntry(state, entry)
        if (entry.type === 'run-started') writeProfileOf(entry, options)
        board.entry(state, entry)
        if (entry.type === 'acs-listening') started()
        if (changesLine.has(entry.type)) board.changed(state)
      },
    })
    return [endOf(played, options), played.stopProblem].filter(text => text !== undefined).join(' ') || undefined
  } finally {
    started()
    stopPlaying()
  }
}

/** After these something new is to be said of a device. */
const changesLine: ReadonlySet<string> = new Set(['probed', 'scenario-begun'])

function endOf(played: Played, { settings, signal, board, state }: RunDeviceOptions): string | undefined {
  const { started, ended, problems } = played
  const interrupted = signal.aborted && ended?.how !== 'completed'
  const errors = started ? completeTimeline({ settings, played, interrupted, besides: [] }) : []
  for (const error of errors) board.notice(visibleText(`${state.label}: error of ours: ${error}`))
  if (interrupted)
    return state.deviceCame ? 'The run was interrupted.' : 'The run was interrupted before a device called.'
  if (ended?.how === 'completed') return undefined
  if (started) return ended?.reason ?? lossOf(played) ?? errors[0] ?? playingDied
  return `It did not start. ${problems[0]?.message ?? ''}`.trim()
}

/** The run is worth more than this file. */
function writeProfileOf(started: EntryOf<'run-started'>, { directory, board, state }: RunDeviceOptions): void {
  try {
    writeProfile(directory, started)
  } catch (error) {
    board.notice(visibleText(`${state.label}: its profile cannot be kept: ${(error as Error).message}`))
  }
}
