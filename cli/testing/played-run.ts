import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { openTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile, type SimulatedDevice } from '../../suites/simulated-bench.ts'
import { writeProfile } from '../run/profile-file.ts'

/** What is played. */
export interface PlayedRunOptions {
  device?: Partial<SimulatedDevice>
  /** Ids of the scenarios that are played; all without it. */
  only?: readonly string[]
}

/** What there is of a run that was played. */
export interface PlayedRun {
  entries: Entry[]
  /** Every secret of the run. */
  secrets: ReadonlySet<string>
}

/** Plays scenarios with a simulated device in virtual time, in this process. */
export async function playRun({ device, only }: PlayedRunOptions = {}): Promise<PlayedRun> {
  const played = only === undefined ? scenarios : scenarios.filter(({ id }) => only.includes(id))
  if (only !== undefined && played.length !== only.length)
    throw new Error(`Of ${only.join(', ')} only ${played.length} are scenarios.`)
  const redactor = createRedactor()
  const secrets = new Set<string>()
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile(),
    redactor: {
      ...redactor,
      learn(secret) {
        secrets.add(secret)
        redactor.learn(secret)
      },
    },
    about: { tool: { version: '0.0.0' }, node: process.version, platform: process.platform },
    device: { faults: [], variants: [], ...device },
  })
  await bench.meet()
  bench.plan(played)
  for (const scenario of played) await bench.play(scenario)
  await bench.finish('completed')
  return { entries: [...bench.timeline.entries], secrets }
}

/** Writes entries down as the timeline of a run directory. */
export function writeTimeline(directory: string, entries: readonly Entry[]): void {
  const file = openTimelineFile(join(directory, timelineFileName))
  for (const entry of entries) file.write(entry)
  file.close()
}

/** Plays a run and leaves its timeline and profile in `directory`, which must be new. @returns every secret of the run */
export async function playInto(directory: string, options: PlayedRunOptions = {}): Promise<ReadonlySet<string>> {
  const { entries, secrets } = await playRun(options)
  mkdirSync(directory)
  writeTimeline(directory, entries)
  for (const entry of entries) if (entry.type === 'run-started') writeProfile(directory, entry)
  return secrets
}
