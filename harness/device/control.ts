import { spawn } from 'node:child_process'
import type { Clock } from '../clock/clock.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { ControlAction, ControlMeans } from './facts.ts'
import type { Profile } from './profile.ts'

/** Longest output of a command kept as evidence, in characters. */
const keptOutput = 4000
const commandTimeoutMs = 120_000

/** A control action could not be carried out. */
export class ControlFailed extends Error {
  override readonly name = 'ControlFailed'
  readonly code = 'CONNREQ_CONTROL_FAILED'
}

/** Hooks of a device that lives in our own process. */
export type ControlHooks = Partial<Record<ControlAction, () => Promise<void> | void>>

/** Carries out control actions by what the profile names: a shell command, or a hook of the device in our process. */
export interface DeviceControl {
  means(action: ControlAction): ControlMeans | undefined
  /**
   * Carries the action out, except `rpc` and `ask`, which the caller sees to.
   * @throws ControlFailed when the command fails or takes longer than two minutes
   */
  perform(action: ControlAction): Promise<void>
}

/** @param options.askPerson asks the person at the bench and resolves when it is done */
export function createDeviceControl(options: {
  profile: Profile
  hooks?: ControlHooks
  clock: Clock
  timeline: TimelineRecorder
  signal: AbortSignal
}): DeviceControl {
  const { profile, hooks = {}, clock, timeline, signal } = options
  const means = (action: ControlAction): ControlMeans | undefined => {
    if (hooks[action]) return 'in-process'
    const declared = profile.control[action]
    if (declared === undefined) return undefined
    return declared === 'rpc' || declared === 'ask' ? declared : 'command'
  }
  return {
    means,
    async perform(action) {
      const how = means(action)
      if (how === 'in-process') {
        timeline.add({ type: 'control', action, how })
        await hooks[action]?.()
        return
      }
      if (how !== 'command') throw new ControlFailed(`control.${action} names no command.`)
      const command = profile.control[action] as string
      const { exitCode, output } = await clock.busy(() => runCommand(command, clock, signal))
      timeline.add({ type: 'control', action, how, exitCode, output })
      if (exitCode !== 0)
        throw new ControlFailed(
          `control.${action} ended with exit code ${exitCode}: ${output.slice(-300).trim() || 'no output'}.`,
        )
    },
  }
}

async function runCommand(
  command: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ exitCode: number; output: string }> {
  const stop = new AbortController()
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, stop.signal]),
  })
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-keptOutput)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const timer = new AbortController()
  void clock.sleep(commandTimeoutMs, timer.signal).then(
    () => stop.abort(),
    () => undefined,
  )
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', error =>
        reject(new ControlFailed(stop.signal.aborted ? `"${command}" took longer than two minutes.` : error.message)),
      )
      child.once('close', code => resolve({ exitCode: code ?? -1, output }))
    })
  } finally {
    timer.abort()
  }
}
