import type { Clock, Milliseconds } from '../clock/clock.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets, type Redactor } from '../timeline/redactor.ts'
import { runCommand } from './control-command.ts'
import type { ControlAction, ControlMeans } from './facts.ts'
import type { Profile } from './profile.ts'
import { declaredControl } from './profile-control.ts'

/** Longest output of a command kept as evidence, in characters. */
const keptOutput = 4000

/** A control action could not be carried out: an error of the lab, never the device's. */
export class ControlFailed extends Error {
  override readonly name = 'ControlFailed'
  readonly code = 'CONNREQ_CONTROL_FAILED'
}

/** Hooks of a device that lives in our own process. */
export type ControlHooks = Partial<Record<ControlAction, () => Promise<void> | void>>

/** What a person is asked for. */
export interface PersonsTask {
  sentence: string
  /** How long the person is waited for. */
  timeoutMs: Milliseconds
}

/** Carries out control actions by what the profile names: a shell command, or a hook of the device in our process. */
export interface DeviceControl {
  /** How the action is carried out; `undefined` where nothing is named, or a person while nobody is there. */
  means(action: ControlAction): ControlMeans | undefined
  /** The profile asks a person for the action, but nobody is there. */
  isUnattended(action: ControlAction): boolean
  /** What the person is asked for, where the means are `ask`. */
  task(action: ControlAction): PersonsTask | undefined
  /**
   * Carries the action out, except `rpc` and `ask`, which the caller sees to.
   * @param atMostMs shortens the time that a command has
   * @throws ControlFailed when the command fails or takes longer than the profile allows
   */
  perform(action: ControlAction, options?: { atMostMs: Milliseconds }): Promise<void>
}

export interface DeviceControlOptions {
  profile: Profile
  hooks?: ControlHooks
  clock: Clock
  timeline: TimelineRecorder
  redactor?: Redactor
  /** Ends a running command with all that it has started. */
  signal: AbortSignal
  /** For the environment of commands: the URL that the device is to call. */
  acsUrl?: string
  /** Nobody is there to be asked. */
  unattended?: boolean
}

/** The control of one device by the profile, or by the hooks of a device in our own process. */
export function createDeviceControl(options: DeviceControlOptions): DeviceControl {
  const { profile, hooks = {}, clock, timeline, signal, redactor = keepSecrets, unattended = false } = options
  const declared = (action: ControlAction) => (hooks[action] ? undefined : declaredControl(profile.control, action))
  const isUnattended = (action: ControlAction) => unattended && declared(action)?.means === 'ask'
  const environment = (action: ControlAction) => ({
    ...process.env,
    CONNREQ_ACTION: action,
    CONNREQ_ACS_URL: options.acsUrl ?? '',
    CONNREQ_DEVICE: profile.device.name ?? '',
  })
  return {
    means(action) {
      if (hooks[action]) return 'in-process'
      return isUnattended(action) ? undefined : declared(action)?.means
    },
    isUnattended,
    task(action) {
      const means = declared(action)
      return means?.means !== 'ask' || unattended ? undefined : means
    },
    async perform(action, { atMostMs = Number.POSITIVE_INFINITY } = { atMostMs: Number.POSITIVE_INFINITY }) {
      const hook = hooks[action]
      if (hook) {
        timeline.add({ type: 'control', action, how: 'in-process' })
        await hook()
        return
      }
      const means = declared(action)
      if (means?.means !== 'command') throw new ControlFailed(`control.${action} names no command.`)
      const timeoutMs = Math.min(means.timeoutMs, atMostMs)
      timeline.add({ type: 'control', action, how: 'command-begun', command: means.command })
      const limits = { environment: environment(action), timeoutMs, clock, signal }
      const { exitCode, output: whole, problem: broken } = await clock.busy(() => runCommand(means.command, limits))
      // Redacted before it is cut, so that no half of a secret is left at the cut.
      const output = redactor.redact(whole).slice(-keptOutput)
      const problem = broken ?? (exitCode === 0 ? undefined : `ended with exit code ${exitCode}`)
      const how = 'command'
      timeline.add({ type: 'control', action, how, exitCode, output, ...(problem === undefined ? {} : { problem }) })
      if (broken !== undefined) throw new ControlFailed(`control.${action}: ${broken}`)
      if (problem !== undefined)
        throw new ControlFailed(`control.${action} ${problem}: ${output.slice(-300).trim() || 'no output'}.`)
    },
  }
}
