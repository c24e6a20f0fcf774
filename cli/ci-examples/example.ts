import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseAllDocuments } from 'yaml'
import { packageRoot } from '../package-root.ts'

/** What came of a command. */
export interface Result {
  exitCode: number | null
  /** What it printed, errors too. */
  text: string
}

/** Where the commands of an example are executed. */
export interface Place {
  directory: string
  environment: Record<string, string>
}

/** Few scenarios, and more than one for each of three parts. */
export const fewScenarios = '--only http-challenge,http-url,http-any-source,http-request'

/** An example of docs/ci as it stands there. */
export const exampleText = (name: string): string => readFileSync(join(packageRoot, 'docs', 'ci', name), 'utf8')

/** An example with the lines that are for a bench taken in. */
export const benchText = (name: string): string => exampleText(name).replace(/^( *)# bench: (.*)$/gm, '$1$2')

/** The documents of an example, as plain data. @throws Error where it is no YAML */
export const documentsOf = (text: string): unknown[] =>
  parseAllDocuments(text).map(document => {
    const [error] = document.errors
    if (error) throw error
    return document.toJS() as unknown
  })

/** Writes a `connreq` that starts this very program. @returns the environment in which commands find it */
export function installProgram(directory: string): Record<string, string> {
  const bin = join(directory, 'bin')
  const command = join(bin, 'connreq')
  const program = fileURLToPath(new URL('../connreq.js', import.meta.url))
  mkdirSync(bin, { recursive: true })
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
  chmodSync(command, 0o755)
  // Where this is played by a CI engine, that one's variables are none of the example's business.
  const own = Object.entries(process.env).filter(([name]) => !/^(CI_NODE_|CONNREQ_|JOB_COMPLETION_INDEX)/.test(name))
  return { ...(Object.fromEntries(own) as Record<string, string>), PATH: `${bin}${delimiter}${process.env['PATH']}` }
}

/** Runs a command to its end. */
export function execute(command: string, args: readonly string[], { directory, environment }: Place): Result {
  const options = { cwd: directory, env: environment, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  const { status, stdout, stderr, error } = spawnSync(command, args, options)
  return { exitCode: status, text: `${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}` }
}
