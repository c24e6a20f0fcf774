import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { whyNotRead } from '../../harness/files/unreadable.ts'
import { shownPath } from './shown-path.ts'
import { SuiteProblem } from './suite-problem.ts'

const sourceFile = /\.(?:ts|mts|js|mjs)$/
/** Tests of the suite's author, settings of tools, declarations: nothing that is played. */
const besides = /\.(?:d|test|spec|config)\.[mc]?[jt]s$/
const indexFile = /^index\.(?:ts|mts|js|mjs)$/

/**
 * The files of a suite folder that may export a suite: its index where there is one, else every TypeScript and
 * JavaScript file in it, by name.
 * @throws SuiteProblem when there is no such folder, or none of these files in it
 */
export function suiteFiles(folder: string): string[] {
  const names = namesIn(folder).filter(name => sourceFile.test(name) && !besides.test(name))
  const index = names.find(name => indexFile.test(name))
  if (names.length === 0)
    throw new SuiteProblem(`${shownPath(folder)}: there is no TypeScript or JavaScript file in this folder.`)
  return (index === undefined ? names : [index]).map(name => join(folder, name))
}

function namesIn(folder: string): string[] {
  const misplaced = /\.ya?ml$/i.test(folder)
    ? ' If it is the profile, put it before --suites, or end the list with --.'
    : ''
  try {
    if (statSync(folder).isDirectory())
      return readdirSync(folder, { withFileTypes: true })
        .filter(entry => !entry.isDirectory())
        .map(({ name }) => name)
        .toSorted()
  } catch (error) {
    throw new SuiteProblem(`The folder ${shownPath(folder)} ${whyNotRead(error as Error)}.${misplaced}`)
  }
  throw new SuiteProblem(`${shownPath(folder)} is no folder; name the folder of a suite.${misplaced}`)
}
