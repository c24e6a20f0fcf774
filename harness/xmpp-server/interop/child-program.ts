import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { onTestFinished } from 'vitest'

/** A program that says line by line how far it has come. Ended with the test. */
export interface ChildProgram {
  /** Resolves with the first line that begins so. @throws Error when the program ends before */
  line(beginning: string): Promise<string>
  /** Resolves with the exit code. */
  ended: Promise<number | null>
  process: ChildProcess
}

export function startProgram(
  command: string,
  parameters: readonly string[],
  environment: Record<string, string> = {},
): ChildProgram {
  const child = spawn(command, parameters, { env: { ...process.env, ...environment }, stdio: 'pipe' })
  const waiting: { beginning: string; resolve: (line: string) => void; reject: (error: Error) => void }[] = []
  let said = ''
  let complained = ''
  let running = true
  const check = () => {
    const lines = said.split('\n').slice(0, running ? -1 : undefined)
    for (const { beginning, resolve, reject } of waiting) {
      const line = lines.find(one => one.startsWith(beginning))
      if (line !== undefined) resolve(line)
      else if (!running) reject(new Error(`${command} ended before it said "${beginning}". ${said} ${complained}`))
    }
  }
  child.stdout.on('data', bytes => {
    said += String(bytes)
    check()
  })
  child.stderr.on('data', bytes => (complained += String(bytes)))
  const ended = new Promise<number | null>(resolve => {
    const end = (code: number | null) => {
      running = false
      check()
      resolve(code)
    }
    child.once('error', error => {
      complained += error.message
      end(null)
    })
    child.once('close', end)
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    process: child,
    ended,
    line(beginning) {
      return new Promise((resolve, reject) => {
        waiting.push({ beginning, resolve, reject })
        check()
      })
    },
  }
}

/** Whether all files are there; says which package is missing otherwise. */
export function areInstalled(debianPackage: string, files: readonly string[]): boolean {
  try {
    for (const file of files) accessSync(file, constants.R_OK)
    return true
  } catch {
    console.log(`Not tried with ${debianPackage}: the Debian package is not installed.`)
    return false
  }
}
