import type { Clock } from '../harness/clock/clock.ts'
import { createRealClock } from '../harness/clock/real-clock.ts'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import type { DeviceFacts } from '../harness/device/facts.ts'
import type { Scenario, ScenarioOutcome } from '../harness/scenario.ts'
import { openTestBench, type TestBench } from '../harness/test-bench.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import { whyNotComparable } from '../harness/timeline/earlier-run.ts'
import { openTimelineFile } from '../harness/timeline/file.ts'
import { createRedactor, keepSecrets } from '../harness/timeline/redactor.ts'
import type { ConformanceSettings } from './conformance-settings.ts'
import { judgeInvariants } from './judge-run.ts'
import { keepTimestamp, lastTimestampOf } from './last-timestamp.ts'
import { declaredSuites } from './own-suites/declared-suites.ts'
import type { SelectedPart } from './division.ts'

/** One run of the suite in this process: the device is met and the scenarios are planned. */
export interface ConformanceRun extends AsyncDisposable {
  /** The redacted entries until now. */
  readonly entries: readonly Entry[]
  /** Plays a scenario. @throws Error when the run was stopped before it */
  play(scenario: Scenario, repetition: number): Promise<ScenarioOutcome>
  /** Restores the device, ends the run and judges what must hold at all times. */
  finish(): Promise<ScenarioOutcome>
}

/**
 * Opens the bench that the settings describe, waits for the device and plans the scenarios. What goes wrong stands on
 * the timeline, whose last entry then is `run-ended`.
 * @param signal stops the run
 * @throws ListenError, DeviceAbsent, TimelineUnwritable
 */
export async function openConformanceRun(
  settings: ConformanceSettings,
  { played, leftOut, shard }: SelectedPart,
  signal: AbortSignal,
): Promise<ConformanceRun> {
  const lost = new AbortController()
  // Not at once: an entry is being added just now.
  const file = openTimelineFile(settings.timelinePath, failure => queueMicrotask(() => lost.abort(failure)))
  const stopped = AbortSignal.any([signal, lost.signal])
  const keep = keepTimestamp(settings.timelinePath)
  const sink = (entry: Entry) => {
    file.write(entry)
    keep(entry)
  }
  const bench = await openBench(settings, { sink, signal: stopped, ...(shard ? { shard } : {}) }).catch(error => {
    file.close()
    throw error
  })
  if (settings.baseline) bench.timeline.add(settings.baseline)
  let finished = false
  const finish = async (how: 'completed' | 'broken-off', reason?: string) => {
    if (finished) return
    finished = true
    if (signal.aborted) await bench.finish('interrupted', 'The run was stopped by hand.')
    else if (file.failure) await bench.finish('broken-off', file.failure.message)
    else await bench.finish(how, reason)
  }
  const close = async () => {
    await bench[Symbol.asyncDispose]()
    file.close()
    if (file.failure) throw file.failure
  }
  try {
    refuseOtherDevice(settings, await Promise.race([bench.meet(), aborted(stopped)]))
    bench.plan(played, leftOut)
  } catch (error) {
    await finish('broken-off', (error as Error).message)
    await close()
    throw error
  }
  const { timeline } = bench
  const inTime = standingStillBetween(bench.clock)
  return {
    get entries() {
      return timeline.entries
    },
    async play(scenario, repetition) {
      stopped.throwIfAborted()
      try {
        return await inTime(() => bench.play(scenario, repetition))
      } catch (error) {
        const { message, stack } = error as Error
        timeline.add({
          type: 'harness-error',
          scenario: scenario.id,
          message,
          ...(stack === undefined ? {} : { stack }),
        })
        throw error
      }
    },
    async finish() {
      await inTime(() => finish('completed'))
      return judgeInvariants(timeline.entries)
    },
    async [Symbol.asyncDispose]() {
      await inTime(async () => {
        await finish('broken-off', 'The suite did not come to its end.')
        await close()
      })
    },
  }
}

/** @throws Error when the run that this one is compared with is of another device */
function refuseOtherDevice({ baseline, device }: ConformanceSettings, { deviceId }: DeviceFacts): void {
  const whyNot = baseline && whyNotComparable(baseline.run, { ...deviceId, simulated: device.kind === 'simulated' })
  if (whyNot !== undefined) throw new Error(whyNot)
}

async function openBench(
  settings: ConformanceSettings,
  { sink, signal, shard }: { sink: (entry: Entry) => void; signal: AbortSignal } & Pick<SelectedPart, 'shard'>,
): Promise<TestBench> {
  const { device, tool, shelf, profilePath } = settings
  const named = profilePath === undefined ? {} : { profilePath }
  const ofRun = { tool, ...named, ...(shard ? { shard } : {}), ...(shelf ? { shelf } : {}), ...declaredSuites() }
  const about = { ...ofRun, node: process.version, platform: `${process.platform} ${process.arch}` }
  const common = { redactor: settings.keepSecrets ? keepSecrets : createRedactor(), sink, about, signal }
  const lastTimestamp = (deviceId: DeviceFacts['deviceId']) => lastTimestampOf(settings.timelinePath, deviceId)
  if (device.kind === 'lab')
    return openTestBench({
      ...common,
      ...{ lastTimestamp, profile: device.profile, unattended: settings.unattended, clock: createRealClock() },
    })
  const clock = device.clock === 'virtual' ? createVirtualClock() : createRealClock()
  // Loaded here, because a run against a real device starts faster without.
  const { openSimulatedBench, simulatedProfile } = await import('./simulated-bench.ts')
  return openSimulatedBench({ ...common, profile: simulatedProfile(), clock, device })
}

/**
 * Lets time go on during each piece of work only: what Vitest does in between would be endless time to a virtual clock,
 * in which a device calls of its own accord.
 */
function standingStillBetween(clock: Clock): <T>(work: () => Promise<T>) => Promise<T> {
  let goOn = () => {}
  const standStill = () =>
    void clock.busy(
      () =>
        new Promise<void>(resolve => {
          goOn = resolve
        }),
    )
  standStill()
  return async work => {
    goOn()
    try {
      return await work()
    } finally {
      standStill()
    }
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
