import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { program } from './built.ts'

/** What a process printed and how it ended. */
export interface Ended {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** A `connreq` that runs. */
export interface ConnreqProcess {
  readonly child: ChildProcess
  /** Resolves as soon as `text` was printed. @throws Error when the process ends without it */
  printed(text: string): Promise<void>
  readonly ended: Promise<Ended>
}

const directories: string[] = []
const children: ChildProcess[] = []

// For the whole file, because tests that mostly wait run side by side.
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  for (const directory of directories) rmSync(directory, { recursive: true, force: true })
})

/** A fresh directory, gone after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-cli-'))
  directories.push(directory)
  return directory
}

/** Starts the compiled program in a directory; it does not outlive the tests of the file. */
export function startConnreq(
  directory: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): ConnreqProcess {
  // The variables of the test runner itself are none of the program's business.
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|TEST$|NODE_ENV|FORCE_COLOR|NO_COLOR)/.test(name),
  )
  const child = spawn(process.execPath, [program, ...args], {
    cwd: directory,
    env: { ...Object.fromEntries(own), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8')
    for (const listener of listeners) listener()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
  })
  const ended = new Promise<Ended>(resolve => {
    child.once('close', exitCode => resolve({ exitCode, stdout, stderr }))
  })
  return {
    child,
    ended,
    printed: text =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!stdout.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        look()
        void ended.then(() => reject(new Error(`"${text}" was never printed, but:\n${stdout}\n${stderr}`)))
      }),
  }
}

/** Runs the compiled program to its end. */
export const connreq = (directory: string, args: readonly string[], environment?: Record<string, string>) =>
  startConnreq(directory, args, environment).ended
