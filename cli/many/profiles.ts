import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { parseHost } from '../../harness/device/advertised-host.ts'
import type { Profile } from '../../harness/device/profile.ts'
import { ProfileError, readProfile } from '../../harness/device/read-profile.ts'
import { UsageProblem } from '../usage-problem.ts'
import { isFolder } from './several.ts'

/** A device of several: its profile and what people call it. */
export interface NamedProfile {
  /** The profile file. */
  path: string
  profile: Profile
  /** Its name, else that of its profile file; no two devices of a run share it. */
  label: string
  /** The servers whose places the profile itself names; those of the others are free to be chosen. */
  named: ReadonlySet<ServerKey>
}

/** A server of a run by the section of the profile that is about it. */
export type ServerKey = 'acs' | 'xmpp' | 'stun'

/** More than anybody has on one machine: a wrong folder. */
const mostDevices = 100

/**
 * Reads the profiles that are named, and all `.yaml` and `.yml` files of folders that are (sorted, without the folders
 * below). One that is named twice counts once.
 * @throws UsageProblem @throws ProfileError with the problems of all of them at once
 */
export function readProfiles(paths: readonly string[]): NamedProfile[] {
  const files = withoutCopies(paths.flatMap(path => (isFolder(path) ? profilesIn(path) : [path])))
  if (files.length > mostDevices)
    throw new UsageProblem(`These are ${files.length} profiles; run at most ${mostDevices} devices at once.`)
  const problems: string[] = []
  const read = files.flatMap(path => {
    try {
      return [{ path, profile: readProfile(path), named: serversNamed(path) }]
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error
      problems.push(error.message)
      return []
    }
  })
  if (problems.length > 0) throw new ProfileError(problems.join('\n'))
  const labels = distinct(read.map(({ path, profile }) => profile.device.name ?? nameOfFile(path)))
  return read.map((one, index) => ({ ...one, label: labels[index] ?? one.path }))
}

function profilesIn(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter(file => !file.isDirectory() && /\.ya?ml$/i.test(file.name))
    .map(({ name }) => join(folder, name))
    .toSorted()
  if (files.length === 0)
    throw new UsageProblem(`${folder} holds no profile; a profile is a .yaml file ("connreq init" writes one).`)
  return files
}

function withoutCopies(files: readonly string[]): string[] {
  const first = new Map<string, string>()
  for (const file of files) {
    const real = realPath(file)
    if (!first.has(real)) first.set(real, file)
  }
  return [...first.values()]
}

/** Whoever reads it says what is wrong with a file that is not there. */
function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

const nameOfFile = (path: string) => basename(path).replace(/\.ya?ml$/i, '')

/** The same names, with a number where two are alike. */
export function distinct(names: readonly string[]): string[] {
  const used = new Set<string>()
  return names.map(name => {
    let candidate = name
    for (let number = 2; used.has(candidate); number++) candidate = `${name} (${number})`
    used.add(candidate)
    return candidate
  })
}

/** A URL or an advertised port that the profile names belongs to the place where the server ordinarily is. */
function serversNamed(path: string): Set<ServerKey> {
  // It has been validated.
  const written = parse(readFileSync(path, 'utf8')) as WrittenPlaces | null
  const named = (key: ServerKey) => {
    const { listen, url, advertise } = written?.[key] ?? {}
    return listen !== undefined || url !== undefined || parseHost(advertise ?? '').port !== undefined
  }
  return new Set((['acs', 'xmpp', 'stun'] as const).filter(named))
}

type WrittenPlaces = Partial<Record<ServerKey, { listen?: string; url?: string; advertise?: string } | null>>
