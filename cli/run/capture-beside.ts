import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import type { Clock } from '../../harness/clock/clock.ts'
import type { NewEntry } from '../../harness/timeline/entry.ts'
import type { InterfaceCapture } from '../capture-interface/capture-interface.ts'
import { UsageProblem } from '../usage-problem.ts'
import type { RunOptions } from './chosen-device.ts'
import type { LateView } from './view-when-loaded.ts'

/** Options that mean nothing without another one. @throws UsageProblem */
export function checkCapture({ capture, captureFilter }: Pick<RunOptions, 'capture' | 'captureFilter'>): void {
  if (captureFilter !== undefined && capture === undefined)
    throw new UsageProblem('--capture-filter is for --capture; name an interface with it.')
}

/**
 * The capture of what goes over an interface meanwhile, where it is wanted. Where it does not begin, nothing is left of
 * a run directory that was made for this run.
 * @throws UsageProblem
 */
export async function openCapture(
  { capture, captureFilter: filter, out }: Pick<RunOptions, 'capture' | 'captureFilter' | 'out'>,
  {
    runDirectory,
    outWasThere,
    ...more
  }: { runDirectory: string; outWasThere: boolean; clock: Clock; notPorts: number[] },
): Promise<InterfaceCapture | undefined> {
  if (capture === undefined) return undefined
  const { captureInterface } = await import('../capture-interface/capture-interface.ts')
  try {
    const filtered = filter === undefined ? {} : { filter }
    return await captureInterface({ interface: capture, runDirectory, ...filtered, ...more })
  } catch (error) {
    const isOurs = out === undefined || !outWasThere
    if (isOurs && readdirSync(runDirectory).length === 0) rmdirSync(runDirectory)
    throw error
  }
}

/** Whether the directory that `--out` names is there before the run. */
export const outIsThere = ({ out }: Pick<RunOptions, 'out'>) => out !== undefined && existsSync(out)

/** Sees to the capture as often as the playing is looked at. */
export const captureView = (capture: InterfaceCapture): LateView => ({
  load: () => undefined,
  entry: () => undefined,
  tick: () => capture.look(),
  notice: () => undefined,
  end: async () => undefined,
})

/** What is said of a capture when it begins. */
export async function captureBeginning({ path, program, filter }: InterfaceCapture): Promise<string> {
  const { captureIsSecret } = await import('../../reports/interface-capture.ts')
  return `Capturing into ${path} (${program}, "${filter}"). ${captureIsSecret}`
}

/** Ends the capture and says what came of it, also as an entry of the timeline. */
export async function endCapture(capture: InterfaceCapture, say: (text: string) => void): Promise<NewEntry> {
  const { captureMark, captureSentences } = await import('../../reports/interface-capture.ts')
  const mark = captureMark(await capture.stop())
  for (const sentence of captureSentences(mark)) say(sentence)
  return mark
}
