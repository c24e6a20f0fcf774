import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileNameOf, makeRunDirectory } from '../run/run-directory.ts'

/** Where a run with several devices is written to. */
export interface Places {
  /** The directory that holds everything; the ordinary one for runs by default. */
  out?: string
  startedAt: Date
  readers: 'owner' | 'everybody'
}

const mergedName = 'merged'

/**
 * Makes the run directory of each device: `<out>/<device>/` where `out` is given, else `runs/<device>-<time>/`. Nothing
 * is overwritten, and devices of one name get directories of their own.
 * @throws UsageProblem when `out` holds files already, or a directory cannot be made
 */
export function makeDirectories(names: readonly string[], { out, ...places }: Places): string[] {
  if (out === undefined) return names.map(device => makeRunDirectory({ device, ...places }))
  makeRunDirectory({ device: '', out, ...places })
  return names.map(device => makeRunDirectory({ device, out: freePlace(out, fileNameOf(device)), ...places }))
}

/** Makes the directory of the merge: `<out>/merged/`, else `runs/merged-<time>/`. @throws UsageProblem */
export const makeMergedDirectory = ({ out, ...places }: Places): string =>
  makeRunDirectory({ device: mergedName, ...(out === undefined ? {} : { out: join(out, mergedName) }), ...places })

function freePlace(out: string, name: string): string {
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`
    if (candidate.toLowerCase() !== mergedName && !existsSync(join(out, candidate))) return join(out, candidate)
  }
}
