import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { type Clock, type Milliseconds, withTimeout } from '../../harness/clock/clock.ts'

/** How long a process that was asked to end may take before it is killed. */
const patienceMs: Milliseconds = 5000
/** Enough of what a process said to see why it failed, in lines. */
const linesTold = 20

/** A Node process inside a network namespace. Disposing ends it, if it has not ended by itself. */
export interface ProcessInside extends AsyncDisposable {
  readonly pid: number
  /** Lines of standard output and error until now. */
  readonly lines: readonly string[]
  /** Resolves at the first line that fits. @throws Error with what it said, when the process ends without one */
  lineLike(pattern: RegExp): Promise<void>
  /** Resolves with the exit code when the process has ended and everything it said has been read. */
  readonly ended: Promise<number | null>
}

/** Starts a compiled script. `ip netns exec` becomes the process itself, so that its number is the script's own. */
export function startInside(
  namespace: string,
  script: string,
  args: readonly string[],
  { clock, onLine }: { clock: Clock; onLine?: (line: string) => void },
): ProcessInside {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  const lines: string[] = []
  const listeners = new Set<(line: string) => void>(onLine === undefined ? [] : [onLine])
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => {
      lines.push(line)
      for (const listener of listeners) listener(line)
    })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  ended.catch(() => undefined)
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    lineLike(pattern) {
      const arrival = new Promise<void>(resolve => {
        if (lines.some(line => pattern.test(line))) resolve()
        listeners.add(line => pattern.test(line) && resolve())
      })
      const tooLate = ended.then(() => {
        throw new Error(`A process ended without saying ${pattern}. ${lastWords({ lines })}`)
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

/** What a process said last. */
export const lastWords = ({ lines }: Pick<ProcessInside, 'lines'>): string =>
  `It said:\n${lines.slice(-linesTold).join('\n')}`
