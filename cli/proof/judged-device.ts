import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import type { ScenarioOutcome } from '../../harness/scenario.ts'
import { keepSecrets } from '../../harness/timeline/redactor.ts'
import { judgeInvariants } from '../../suites/judge-run.ts'
import { httpScenarios, scenarios, udpScenarios, xmppScenarios } from '../../suites/scenarios.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'
import type { Transport } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { toolVersion } from '../package-root.ts'

/** One simulated device to be judged. */
export interface DeviceToJudge {
  /** Which suite it is judged by; `all` plays everything with a device that has every transport. */
  transport: Transport | 'all'
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

const suites = { http: httpScenarios, udp: udpScenarios, xmpp: xmppScenarios, all: scenarios }

/** The ways in which the device of a suite can be asked; all have HTTP to reach them when their own way is down. */
const transportsOf = {
  http: ['http'],
  udp: ['http', 'udp'],
  xmpp: ['http', 'xmpp'],
  all: ['http', 'udp', 'xmpp'],
} as const

/** Plays its suite against one simulated device in virtual time. */
export async function judgeDevice(device: DeviceToJudge): Promise<JudgedMetric[]> {
  const transports: readonly Transport[] = transportsOf[device.transport]
  await using bench = await openSimulatedBench({
    clock: createVirtualClock(),
    // Without a challenge in every session: the scenario for authentication makes its own.
    profile: simulatedProfile({
      tls: device.tls === true,
      scheme: 'none',
      xmpp: transports.includes('xmpp'),
      udp: transports.includes('udp'),
    }),
    // Nothing of these runs is written anywhere.
    redactor: keepSecrets,
    about: { tool: { version: toolVersion }, node: process.version, platform: process.platform },
    device: { ...device, transports },
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
