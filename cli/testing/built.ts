import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { packageRoot } from '../package-root.ts'

/** The compiled program, as it is shipped. */
export const program = join(packageRoot, 'dist', 'cli', 'connreq.js')

const sources = ['cli', 'suites', 'harness', 'reports', 'fixtures']
const lock = join(tmpdir(), `connreq-build${packageRoot.replace(/\W+/g, '-')}`)
const lockPatienceMs = 60_000

/** Compiles the project where a source is newer than the program. Test files that ask at once wait for one build. */
export async function ensureBuilt(): Promise<void> {
  const clock = createRealClock()
  const deadline = clock.now() + lockPatienceMs
  while (!takeLock()) {
    if (clock.now() > deadline) throw new Error(`${lock} is left from a build that was killed; remove it.`)
    await clock.sleep(50)
  }
  try {
    if (existsSync(program) && newestSource() < statSync(program).mtimeMs) return
    const tsc = join(packageRoot, 'node_modules', 'typescript', 'bin', 'tsc')
    spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: packageRoot })
  } finally {
    rmdirSync(lock)
  }
}

function takeLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch {
    return false
  }
}

const newestSource = () =>
  Math.max(
    ...sources
      .flatMap(folder => readdirSync(join(packageRoot, folder), { recursive: true, withFileTypes: true }))
      .filter(file => file.isFile() && /\.[jt]sx?$/.test(file.name))
      .map(file => statSync(join(file.parentPath, file.name)).mtimeMs),
  )
