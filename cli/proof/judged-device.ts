import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { ScenarioOutcome } from '../../harness/scenario.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { judgeInvariants } from '../../suites/judge-run.ts'
import { httpScenarios, scenarios, xmppScenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'
import type { Transport } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { toolVersion } from '../package-root.ts'

/** One simulated device to be judged. */
export interface DeviceToJudge {
  /** Which suite it is judged by; `both` plays everything with a device that has both. */
  transport: Transport | 'both'
  faults: string[]
  variants: string[]
  /** The device reaches the ACS over TLS: some requirements apply only there. */
  tls?: true
}

/** What became of one metric with that device. */
export interface JudgedMetric {
  scenario: string
  name: string
  requirement: string
  verdict: Verdict
  /** What was seen, for the reader of a surprising matrix. */
  because: string
}

const suites = { http: httpScenarios, xmpp: xmppScenarios, both: scenarios }

/** Plays its suite against one simulated device in virtual time. */
export async function judgeDevice(device: DeviceToJudge): Promise<JudgedMetric[]> {
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    // Without a challenge in every session: the scenario for authentication makes its own.
    profile: simulatedProfile({ tls: device.tls === true, scheme: 'none', xmpp: device.transport !== 'http' }),
    // Nothing of these runs is written anywhere.
    redactor: keepSecrets,
    about: { tool: { version: toolVersion }, node: process.version, platform: process.platform },
    device: { ...device, transports: device.transport === 'http' ? ['http'] : ['http', 'xmpp'] },
  })
  await bench.meet()
  const suite = suites[device.transport]
  bench.plan(suite)
  const outcomes: ScenarioOutcome[] = []
  for (const scenario of suite) outcomes.push(await bench.play(scenario))
  await bench.finish('completed')
  outcomes.push(judgeInvariants(bench.timeline.entries))
  return outcomes.flatMap(({ id, metrics }) =>
    metrics.map(({ name, requirement, verdict, actual, reason }) => ({
      scenario: id,
      name,
      requirement,
      verdict,
      because: [actual, reason].filter(text => text !== undefined).join(' | '),
    })),
  )
}
