import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { timelineFileName } from '../harness/timeline/file.ts'
import { runFileName } from './read-run-record.ts'

/** As deep as CI engines lay down what they downloaded: artifact, folder of runs, run. */
const deepest = 3

/** The directory itself where it is that of a run, else the run directories in it, by name. Follows no links. */
export function runsWithin(directory: string, depth = 0): string[] {
  if (existsSync(join(directory, runFileName)) || existsSync(join(directory, timelineFileName))) return [directory]
  if (depth === deepest) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .flatMap(name => runsWithin(join(directory, name), depth + 1))
}
