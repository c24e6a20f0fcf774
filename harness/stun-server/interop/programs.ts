import { execFile, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { onTestFinished } from 'vitest'

/** Whether a program is there; says which package is missing otherwise. */
export function isInstalled(debianPackage: string, program: string): boolean {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    console.log(`Not tried with ${debianPackage}: the Debian package is not installed.`)
    return false
  }
}

/** Runs a program to its end; what it says on both channels. */
export function run(program: string, parameters: readonly string[]): Promise<{ code: number; said: string }> {
  return new Promise(resolve => {
    const child = execFile(program, parameters, { timeout: 15_000 }, (_, output, complaints) =>
      resolve({ code: child.exitCode ?? -1, said: output + complaints }),
    )
  })
}

/** Starts a program that is ended with the test. */
export function startService(program: string, parameters: readonly string[]): void {
  const child = spawn(program, parameters, { stdio: 'ignore' })
  const ended = new Promise(resolve => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
}
