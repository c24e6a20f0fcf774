import type { Clock } from '../../harness/clock/clock.ts'
import type { LiveRun } from '../live/live-run.ts'
import type { ChosenDevice, RunOptions } from './chosen-device.ts'
import { redactorKnowing } from './complete-timeline.ts'
import type { LateView } from './view-when-loaded.ts'

/**
 * The live view of a run that is to be watched in a browser.
 * @throws UsageProblem when its port cannot be had
 */
export async function openLive(
  { device, name }: ChosenDevice,
  { live, repeat }: Pick<RunOptions, 'live' | 'repeat'>,
  clock: Clock,
): Promise<LiveRun | undefined> {
  if (live === undefined) return undefined
  const { defaultLivePort, openLiveRun } = await import('../live/live-run.ts')
  const port = live === true ? defaultLivePort : live
  return openLiveRun({
    clock,
    port,
    device: name,
    clockOfRun: device.kind === 'lab' ? 'real' : device.clock,
    repeat,
    redactor: redactorKnowing(device),
    onProblem: problem => void process.stderr.write(`${problem}\n`),
  })
}

/** The live view as one that follows the playing. It is there from the beginning and ends after the reports. */
export const liveRunView = (live: LiveRun): LateView => ({
  load: () => undefined,
  entry: entry => live.entry(entry),
  tick: () => live.tick(),
  notice: text => live.notice(text),
  end: async () => live.tick(),
})
