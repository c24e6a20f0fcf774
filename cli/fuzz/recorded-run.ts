import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'
import { toolVersion } from '../package-root.ts'

/** The entries of a short run with a conforming simulated device, whose every judged requirement was kept. */
export async function recordedRun(only: readonly string[]): Promise<readonly Entry[]> {
  const played = scenarios.filter(({ id }) => only.includes(id))
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile(),
    redactor: createRedactor(),
    about: { tool: { version: toolVersion }, node: process.version, platform: process.platform },
    device: { faults: [], variants: [] },
  })
  await bench.meet()
  bench.plan(played)
  for (const scenario of played) await bench.play(scenario)
  await bench.finish('completed')
  return [...bench.timeline.entries]
}
