import { createVirtualClock } from '../../harness/clock/virtual-clock.ts'
import { type CountedClock, countTimers } from './counted-clock.ts'
import { devicesToSoak, type SoakedDevice } from './devices.ts'
import type { Bounds, Sample } from './growth.ts'
import type { Phase } from './phase.ts'
import { playDevice } from './play-device.ts'
import { takeSample } from './sample.ts'

/** For each scenario run. */
export const virtualBounds: Bounds = {
  heap: 5000,
  rss: 20_000,
  descriptors: 0.002,
  resources: 0.002,
  timers: 0.002,
}

/** How the virtual phase goes on. */
export interface VirtualSoakOptions {
  /** It ends once so many scenarios have been played. */
  scenarioRuns: number
  devices?: Iterable<SoakedDevice>
  onSample?: (sample: Sample) => void
  /** What is done besides after each device, for example to see a leak found. */
  afterDevice?: (clock: CountedClock) => void
}

/** Plays whole runs with one device after another in virtual time. */
export async function soakInVirtualTime(options: VirtualSoakOptions): Promise<Phase> {
  const samples: Sample[] = []
  const surprises: string[] = []
  let played = 0
  /** Timers that waited when their device and its bench were closed. */
  let forgotten = 0
  for (const device of options.devices ?? devicesToSoak()) {
    const clock = countTimers(createVirtualClock())
    const outcome = await playDevice(device, { clock })
    options.afterDevice?.(clock)
    played += outcome.scenarioRuns
    surprises.push(...outcome.surprises.map(text => `${device.variants.join() || 'conforming device'}: ${text}`))
    const sample = await takeSample(played, () => forgotten + clock.pending)
    forgotten = sample.timers
    samples.push(sample)
    options.onSample?.(sample)
    if (played >= options.scenarioRuns) break
  }
  return {
    samples,
    surprises,
    bounds: virtualBounds,
    unit: 'scenario run',
    done: `${played} scenario runs with ${samples.length} devices in virtual time`,
  }
}
