import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { Scenario } from '../../harness/scenario.ts'
import { openTimelineFile, timelineFileName } from '../../harness/timeline/file.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile, type SimulatedDevice } from '../../suites/simulated-bench.ts'
import { writeProfile } from '../run/profile-file.ts'

/**
 * Plays scenarios, by default all, with a simulated device in virtual time and in this process, and leaves its timeline
 * and profile in `directory`, which must be new.
 * @returns every secret of the run
 */
export async function playInto(
  directory: string,
  device: Partial<SimulatedDevice> = {},
  played: readonly Scenario[] = scenarios,
): Promise<ReadonlySet<string>> {
  mkdirSync(directory)
  const file = openTimelineFile(join(directory, timelineFileName))
  const redactor = createRedactor()
  const secrets = new Set<string>()
  const bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile(),
    redactor: {
      ...redactor,
      learn(secret) {
        secrets.add(secret)
        redactor.learn(secret)
      },
    },
    sink(entry) {
      file.write(entry)
      if (entry.type === 'run-started') writeProfile(directory, entry)
    },
    about: { tool: { version: '0' }, node: process.version, platform: process.platform },
    device: { faults: [], variants: [], ...device },
  })
  await bench.meet()
  bench.plan(played)
  for (const scenario of played) await bench.play(scenario)
  await bench.finish('completed')
  await bench[Symbol.asyncDispose]()
  file.close()
  return secrets
}
