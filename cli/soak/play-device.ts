import type { Clock } from '../../harness/clock/clock.ts'
import type { ScenarioOutcome } from '../../harness/scenario.ts'
import type { TestBench } from '../../harness/test-bench.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { createRedactor } from '../../harness/timeline/redactor.ts'
import { entriesOf } from '../../harness/timeline/timeline.ts'
import { judgeRun } from '../../suites/judge-run.ts'
import { openSimulatedBench, simulatedProfile } from '../../suites/simulated-bench.ts'
import { toolVersion } from '../package-root.ts'
import type { SoakedDevice } from './devices.ts'

/** What became of a device that was played with. */
export interface PlayedDevice {
  /** Scenarios that were played, not those that were left out. */
  scenarioRuns: number
  /** What must not be with a conforming device: "http-request answered: fail, ..." */
  surprises: string[]
}

/** How to play with a device. */
export interface PlayOptions {
  clock: Clock
  /** Takes each entry, as the file of a run does. */
  sink?: (entry: Entry) => void
}

/** Opens a bench with the device, which is met; what its profile asks for is open. */
export async function openSoakedBench(device: SoakedDevice, { clock, sink }: PlayOptions): Promise<TestBench> {
  const bench = await openSimulatedBench({
    clock,
    profile: simulatedProfile({
      tls: device.tls,
      scheme: device.tls ? 'digest' : 'none',
      xmpp: device.transports.includes('xmpp'),
      udp: device.transports.includes('udp'),
    }),
    redactor: createRedactor(),
    about: { tool: { version: toolVersion }, node: process.version, platform: process.platform },
    device,
    ...(sink === undefined ? {} : { sink }),
  })
  try {
    await bench.meet()
    bench.plan(device.suite)
    return bench
  } catch (error) {
    await bench[Symbol.asyncDispose]()
    throw error
  }
}

/** A whole run with a simulated device in this process: opened, met, played, restored, judged, closed. */
export async function playDevice(device: SoakedDevice, options: PlayOptions): Promise<PlayedDevice> {
  await using bench = await openSoakedBench(device, options)
  for (const scenario of device.suite) await bench.play(scenario)
  await bench.finish('completed')
  return playedWith(device, bench)
}

/** Judges what was played until now. */
export function playedWith(device: SoakedDevice, { timeline }: TestBench): PlayedDevice {
  return {
    scenarioRuns: entriesOf(timeline, 'scenario-begun').length,
    surprises: device.faults.length > 0 ? [] : judgeRun(timeline.entries).flatMap(surprisesIn),
  }
}

function surprisesIn({ id, metrics }: ScenarioOutcome): string[] {
  return metrics
    .filter(({ verdict }) => verdict === 'fail' || verdict === 'error')
    .map(({ name, verdict, reason, actual }) => `${id} ${name}: ${verdict}, ${reason ?? actual ?? ''}`)
}
