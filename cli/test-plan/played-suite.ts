import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'
import { toolVersion } from '../package-root.ts'
import { type Action, actionsIn } from './actions.ts'

/** Every scenario as it was played with a conforming device that has all there is. */
export interface PlayedSuite {
  facts: DeviceFacts
  /** By scenario id: what is done, in order. */
  procedures: Map<string, Action[]>
}

/** Plays all scenarios, the long ones too, against the simulated device in virtual time. */
export async function playWholeSuite(): Promise<PlayedSuite> {
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    // Without a challenge in every session: the scenario for authentication makes its own.
    profile: simulatedProfile({ scheme: 'none' }),
    // Nothing of this run is written anywhere but its steps.
    redactor: keepSecrets,
    about: { tool: { version: toolVersion }, node: process.version, platform: process.platform },
    device: { faults: [], variants: [] },
  })
  const facts = await bench.meet()
  bench.plan(scenarios)
  const procedures = new Map<string, Action[]>()
  for (const scenario of scenarios) {
    const { entries } = await bench.play(scenario)
    const actions = actionsIn(bench.timeline.entries.slice(entries.from - 1, entries.to))
    procedures.set(scenario.id, actions.map(withoutAddresses(facts)))
  }
  await bench.finish('completed')
  return { facts, procedures }
}

/** Addresses of this machine are none of another's. */
const withoutAddresses =
  (facts: DeviceFacts) =>
  (action: Action): Action => {
    const { secondAddress } = facts
    const text = secondAddress === undefined ? action.text : action.text.replaceAll(secondAddress, 'a second address')
    return action.kind === 'request'
      ? { ...action, text }
      : { ...action, text, parts: action.parts.map(withoutAddresses(facts)) }
  }
