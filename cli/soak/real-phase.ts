import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Milliseconds } from '../../harness/clock/clock.ts'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { openTimelineFile } from '../../harness/timeline/file.ts'
import { scenarios } from '../../suites/scenarios.ts'
import { type CountedClock, countTimers } from './counted-clock.ts'
import { conformingDevice, type SoakedDevice } from './devices.ts'
import type { Bounds, Sample } from './growth.ts'
import type { Phase } from './phase.ts'
import { openSoakedBench, playDevice, playedWith } from './play-device.ts'
import { takeSample } from './sample.ts'

/** For each minute. The heap holds the timeline of the device that stays, which is there to grow. */
export const realBounds: Bounds = {
  heap: 2_000_000,
  rss: 8_000_000,
  descriptors: 0.5,
  resources: 0.5,
  timers: 0.5,
}

/** What real time allows often: scenarios without long windows. */
const quickScenarios = ['http-challenge', 'session-cookies', 'xmpp-request', 'udp-profile']
const suite = scenarios.filter(({ id }) => quickScenarios.includes(id))

/** Devices that come and go side by side; one of them breaks what it promised. */
const visitors: readonly SoakedDevice[] = [
  { ...conformingDevice, suite },
  { ...conformingDevice, suite, tls: true },
  { ...conformingDevice, suite, faults: ['reply-body-ok'] },
]

/**
 * Plays in real time, round after round: one device stays all the time, three others are opened, played with and
 * closed in each round, each with a timeline file. Between the rounds all is at rest.
 */
export async function soakInRealTime(
  durationMs: Milliseconds,
  onSample: (sample: Sample) => void = () => undefined,
): Promise<Phase> {
  const clock = countTimers(createRealClock())
  const directory = mkdtempSync(join(tmpdir(), 'connreq-soak-'))
  const samples: Sample[] = []
  const surprises: string[] = []
  const begun = clock.now()
  let played = 0
  let rounds = 0
  try {
    const staying = { ...conformingDevice, suite }
    await using stayingBench = await openSoakedBench(staying, { clock })
    const stay = async () => {
      for (const scenario of suite) await stayingBench.play(scenario, rounds)
    }
    while (clock.now() - begun < durationMs) {
      rounds++
      const visits = visitors.map((device, index) => visit(device, clock, join(directory, `${rounds}-${index}.jsonl`)))
      const [, ...outcomes] = await Promise.all([stay(), ...visits])
      for (const { scenarioRuns, surprises: ofVisit } of outcomes) {
        played += scenarioRuns
        surprises.push(...ofVisit)
      }
      const sample = await takeSample((clock.now() - begun) / 60_000, () => clock.pending)
      samples.push(sample)
      onSample(sample)
    }
    await stayingBench.finish('completed')
    const stayed = playedWith(staying, stayingBench)
    played += stayed.scenarioRuns
    surprises.push(...stayed.surprises)
  } finally {
    rmSync(directory, { recursive: true })
  }
  const minutes = ((clock.now() - begun) / 60_000).toFixed(1)
  const done = `${minutes} minutes in real time, ${rounds} rounds of ${visitors.length + 1} devices, ${played} scenario runs`
  return { samples, surprises, bounds: realBounds, unit: 'minute', done }
}

async function visit(device: SoakedDevice, clock: CountedClock, path: string) {
  const file = openTimelineFile(path)
  try {
    return await playDevice(device, { clock, sink: entry => file.write(entry) })
  } finally {
    file.close()
  }
}
