import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Clock, type Milliseconds, withTimeout } from '../../harness/clock/clock.ts'

/** How long a process that was asked to end may take before it is killed. */
const patienceMs: Milliseconds = 5000
/** Enough of what a process said to see why it failed, in lines. */
const linesTold = 20

/** A process under measurement. Disposing ends it, if it has not ended by itself. */
export interface ChildProcess extends AsyncDisposable {
  readonly pid: number
  readonly startedAt: Milliseconds
  /** Lines of standard output and error until now. */
  readonly lines: readonly string[]
  /** Resolves at the first line that fits, with the time it came. Rejects when the process ends without one. */
  lineLike(pattern: RegExp): Promise<Milliseconds>
  /** Resolves when the process has ended and everything it said has been read. */
  readonly ended: Promise<{ exitCode: number | null; at: Milliseconds }>
  signal(name: NodeJS.Signals): void
}

/** The compiled `connreq`, as it is shipped. */
export const connreqScript = fileURLToPath(new URL('../connreq.js', import.meta.url))

/** Starts a Node script. It gets no terminal and no colours. */
export const startScript = (script: string, args: readonly string[], clock: Clock): ChildProcess =>
  startProgram(process.execPath, [script, ...args], clock)

/** The same for any program. */
export function startProgram(program: string, args: readonly string[], clock: Clock): ChildProcess {
  const startedAt = clock.now()
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  const lines: string[] = []
  const listeners = new Set<(line: string) => void>()
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => {
      lines.push(line)
      for (const listener of listeners) listener(line)
    })
  const ended = new Promise<{ exitCode: number | null; at: Milliseconds }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', exitCode => resolve({ exitCode, at: clock.now() }))
  })
  ended.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    startedAt,
    lines,
    ended,
    signal: name => void child.kill(name),
    lineLike(pattern) {
      const arrival = new Promise<Milliseconds>(resolve => {
        if (lines.some(line => pattern.test(line))) resolve(clock.now())
        listeners.add(line => pattern.test(line) && resolve(clock.now()))
      })
      const tooLate = ended.then(() => {
        throw new Error(`The process ended without saying ${pattern}. It said:\n${lines.slice(-linesTold).join('\n')}`)
      })
      tooLate.catch(() => undefined)
      return Promise.race([arrival, tooLate])
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await withTimeout(clock, patienceMs, ended, () => new Error('It did not end.')).catch(() => child.kill('SIGKILL'))
    },
  }
}

/** Runs a Node script to its end. @throws Error with what it said, when its exit code is not among `expected` */
export async function runScript(
  script: string,
  args: readonly string[],
  { clock, expected = [0] }: { clock: Clock; expected?: readonly number[] },
): Promise<{ ms: Milliseconds; lines: readonly string[] }> {
  const child = startScript(script, args, clock)
  const end = await endOf(child, expected)
  return { ms: end - child.startedAt, lines: child.lines }
}

/** When the process ended. @throws Error with what it said, when its exit code is not among `expected` */
export async function endOf({ ended, lines }: ChildProcess, expected: readonly number[] = [0]): Promise<Milliseconds> {
  const { exitCode, at } = await ended
  if (exitCode === null || !expected.includes(exitCode))
    throw new Error(
      `A process under measurement ended with ${exitCode}. It said:\n${lines.slice(-linesTold).join('\n')}`,
    )
  return at
}
