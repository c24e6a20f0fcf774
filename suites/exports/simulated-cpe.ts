/**
 * What `import { ... } from 'connreq/simulated-cpe'` gives: the simulated device, for trying one's own scenarios without
 * a real one.
 */
import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { Scenario, ScenarioOutcome } from '../../harness/scenario.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { guardedScenario } from '../own-suites/guarded-scenario.ts'
import { openSimulatedBench, type SimulatedDevice, simulatedProfile } from '../simulated-bench.ts'

export { faults, startSimulatedCpe, variants } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
export type { SimulatedCpe, SimulatedCpeOptions } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
export { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
export { openSimulatedBench, simulatedProfile } from '../simulated-bench.ts'
export type { SimulatedDevice } from '../simulated-bench.ts'

/** What became of a scenario that was played with the simulated device. */
export interface PlayedScenario {
  outcome: ScenarioOutcome
  /** The redacted timeline of the run. */
  entries: readonly Entry[]
}

/**
 * Plays a scenario once with the simulated device, on loopback and in virtual time, so that hours take seconds.
 * @param device its faults and variants (`connreq list --faults`); none by default
 */
export async function playWithSimulatedCpe(
  scenario: Scenario,
  device: Partial<SimulatedDevice> = {},
): Promise<PlayedScenario> {
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    profile: simulatedProfile(),
    redactor: createRedactor(),
    about: {
      tool: { version: 'played by a program' },
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
    device: { faults: [], variants: [], ...device },
  })
  const guarded = guardedScenario(scenario, 'under trial')
  await bench.meet()
  bench.plan([guarded])
  const outcome = await bench.play(guarded)
  await bench.finish('completed')
  return { outcome, entries: [...bench.timeline.entries] }
}
