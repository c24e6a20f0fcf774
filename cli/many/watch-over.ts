import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'
import type { Child } from './child.ts'

const lookEveryMs: Milliseconds = 5000
/** A run tells every few seconds how late its event loop is: one that is silent for so long hangs. */
const longestSilenceMs: Milliseconds = 5 * 60_000

export interface WatchOverOptions {
  clock: Clock
  /** Aborted when the run is interrupted. */
  signal: AbortSignal
  /** Aborted when the process has ended. */
  over: AbortSignal
  /** When its timeline last grew. */
  lastHeard: () => Milliseconds
  /** How long it may take to end after an interruption. */
  patienceMs: Milliseconds
}

/**
 * Passes an interruption on to a playing process, and ends one that takes too long over it or hangs.
 * @returns why it was ended, where it hung
 */
export async function watchOver(
  child: Pick<Child<unknown>, 'kill'>,
  { clock, signal, over, lastHeard, patienceMs }: WatchOverOptions,
): Promise<string | undefined> {
  const isOver = () => over.aborted
  const either = AbortSignal.any([signal, over])
  while (!either.aborted) {
    if (clock.now() - lastHeard() > longestSilenceMs) {
      child.kill('SIGKILL')
      return 'It wrote nothing for five minutes and was ended.'
    }
    await clock.sleep(lookEveryMs, either).catch(() => undefined)
  }
  if (isOver()) return undefined
  child.kill('SIGINT')
  await clock.sleep(patienceMs, over).catch(() => undefined)
  if (!isOver()) child.kill('SIGKILL')
  return undefined
}
