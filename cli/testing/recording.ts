import { join } from 'node:path'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { openTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'

/** What is recorded. */
export interface RecordingOptions {
  faults?: readonly string[]
  /** Ids of the scenarios that are played. */
  only: readonly string[]
}

/** Plays scenarios with the simulated device in virtual time, in this process. @returns the timeline */
export async function recordRun({ faults = [], only }: RecordingOptions): Promise<Entry[]> {
  const played = scenarios.filter(({ id }) => only.includes(id))
  if (played.length !== only.length) throw new Error(`Of ${only.join(', ')} only ${played.length} are scenarios.`)
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile(),
    redactor: createRedactor(),
    about: { tool: { version: '0.0.0' }, node: process.version, platform: process.platform },
    device: { faults, variants: [] },
  })
  await bench.meet()
  bench.plan(played)
  for (const scenario of played) await bench.play(scenario)
  await bench.finish('completed')
  return [...bench.timeline.entries]
}

/** Writes entries down as the timeline of a run directory. */
export function writeTimeline(directory: string, entries: readonly Entry[]): void {
  const file = openTimelineFile(join(directory, timelineFileName))
  for (const entry of entries) file.write(entry)
  file.close()
}
