import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Profile } from '../../harness/device/profile.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'

/** Writes `profile.yaml` into the run directory: as used, with every default, redacted. With its secrets filled in it
 * is a profile again. */
export function writeProfile(runDirectory: string, started: EntryOf<'run-started'>): void {
  writeFileSync(join(runDirectory, 'profile.yaml'), stringify(withUnits(started.profile as Profile)))
}

/** The profile as a person writes it: durations with their unit. */
function withUnits(profile: Profile) {
  const timing = Object.entries(profile.timing).map(([name, ms]) => [name, `${ms}ms`])
  const control = Object.entries(profile.control).map(([action, how]) => [
    action,
    typeof how === 'object' && how.timeout !== undefined ? { ...how, timeout: `${how.timeout}ms` } : how,
  ])
  return { ...profile, control: Object.fromEntries(control) as object, timing: Object.fromEntries(timing) as object }
}
