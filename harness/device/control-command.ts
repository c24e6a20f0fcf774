import { spawn } from 'node:child_process'
import type { Clock, Milliseconds } from '../clock/clock.ts'
import { endWithUs } from '../processes/end-with-us.ts'
import { formatDuration } from './duration.ts'

/** The end of the output that is kept at most, in characters; the rest is dropped as it comes. */
const keptWhileRunning = 16_000
/** What goes on in the background keeps the outputs open: they are not waited for longer than that. */
const lastOutputMs: Milliseconds = 250

/** How a command ended. */
export interface CommandOutcome {
  exitCode: number
  /** The end of what it wrote to both outputs. */
  output: string
  /** Why it did not come to its own end. */
  problem?: string
}

/**
 * Runs a shell command in a process group of its own, so that all of it ends with the time-out or a stop of the run.
 * What a command that has ended by itself leaves in the background goes on.
 */
export async function runCommand(
  command: string,
  options: { environment: NodeJS.ProcessEnv; timeoutMs: Milliseconds; clock: Clock; signal: AbortSignal },
): Promise<CommandOutcome> {
  const { environment: env, timeoutMs, clock, signal } = options
  const child = spawn(command, { shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env })
  let output = ''
  let problem: string | undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', (text: string) => {
      output = (output + text).slice(-keptWhileRunning)
    })
  }
  const end = (why: string) => {
    problem ??= why
    if (child.pid !== undefined) killGroup(child.pid)
  }
  const stopped = () => end('the run was stopped while the command was running.')
  const timer = new AbortController()
  const after = (ms: Milliseconds, act: () => void) => void clock.sleep(ms, timer.signal).then(act, () => undefined)
  after(timeoutMs, () => end(`"${command}" took longer than ${formatDuration(timeoutMs)}.`))
  signal.addEventListener('abort', stopped, { once: true })
  if (signal.aborted) stopped()
  if (child.pid !== undefined) child.once('exit', endWithUs(-child.pid, 'KILL'))
  try {
    const exitCode = await new Promise<number>(resolve => {
      child.once('error', error => {
        problem ??= error.message
        resolve(-1)
      })
      child.once('exit', code => after(lastOutputMs, () => resolve(code ?? -1)))
      child.once('close', code => resolve(code ?? -1))
    })
    return { exitCode, output, ...(problem === undefined ? {} : { problem }) }
  } finally {
    timer.abort()
    signal.removeEventListener('abort', stopped)
    // Still read, so that what goes on in the background can write, but nothing waits for it.
    for (const stream of [child.stdout, child.stderr]) (stream as Partial<{ unref(): void }>).unref?.()
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
}
