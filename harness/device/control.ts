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

/** The control of one device by the profile, or by the hooks of a device in our own process. */
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
      const { exitCode, output, problem } = await clock.busy(() => runCommand(command, clock, signal))
      timeline.add({ type: 'control', action, how, exitCode, output, ...(problem === undefined ? {} : { problem }) })
      if (problem !== undefined) throw new ControlFailed(`control.${action}: ${problem}`)
      if (exitCode !== 0)
        throw new ControlFailed(
          `control.${action} ended with exit code ${exitCode}: ${output.slice(-300).trim() || 'no output'}.`,
        )
    },
  }
}

interface CommandOutcome {
  exitCode: number
  output: string
  /** Why it did not come to its own end. */
  problem?: string
}

/** Runs a command in a process group of its own, so that all of it ends with a time-out or a stop of the run. */
async function runCommand(command: string, clock: Clock, signal: AbortSignal): Promise<CommandOutcome> {
  const child = spawn(command, { shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let problem: string | undefined
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-keptOutput)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const end = (why: string) => {
    problem ??= why
    if (child.pid !== undefined) killGroup(child.pid)
  }
  const stopped = () => end('the run was stopped while the command was running.')
  const timer = new AbortController()
  void clock.sleep(commandTimeoutMs, timer.signal).then(
    () => end(`"${command}" took longer than two minutes.`),
    () => undefined,
  )
  signal.addEventListener('abort', stopped, { once: true })
  if (signal.aborted) stopped()
  try {
    return await new Promise(resolve => {
      const settle = (exitCode: number) => resolve({ exitCode, output, ...(problem === undefined ? {} : { problem }) })
      child.once('error', error => {
        problem ??= error.message
        settle(-1)
      })
      child.once('close', code => settle(code ?? -1))
    })
  } finally {
    timer.abort()
    signal.removeEventListener('abort', stopped)
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
