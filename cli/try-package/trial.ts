import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** A command, and what must come of it. */
export interface Trial {
  name: string
  command: readonly [program: string, ...args: string[]]
  /** 0 unless told. */
  exitCode?: number
  /** Must be in what it says. */
  says?: string
}

/** How a trial went: nothing where as it should, else what it said instead. */
export function problemOf(
  { command: [program, ...args], exitCode = 0, says = '' }: Trial,
  folder: string,
): string | undefined {
  // The variables of npm, which runs this program, would lead those of the project back to the checkout.
  const environment = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_ENV$)/.test(name))
  const path = `${join(folder, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...Object.fromEntries(environment), PATH: path },
  })
  const said = `${stdout ?? ''}${stderr ?? ''}`
  if (error === undefined && status === exitCode && said.replace(/\s+/g, ' ').includes(says)) return undefined
  const wanted = `exit code ${exitCode}${says === '' ? '' : ` and "${says}"`}`
  return `${[program, ...args].join(' ')}: ${wanted} expected, exit code ${status} seen.\n${error?.message ?? ''}${said}`
}
