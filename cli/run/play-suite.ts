import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'
import { stopAfterInterruptMs } from '../../harness/device/stop-after-interrupt.ts'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import { followTimeline } from '../follow-timeline.ts'
import type { Interruption } from './interruption.ts'
import { startSuite, type SuiteProblem } from './start-suite.ts'
import { stopProblemOf } from './stop-problem.ts'
import type { LateView } from './view-when-loaded.ts'

/** How the playing ended. */
export interface Played {
  /** The first entry; none when the playing process did not come so far. */
  started?: EntryOf<'run-started'>
  ended?: EntryOf<'run-ended'>
  /** A device called. */
  deviceCame: boolean
  /** `control.stop` failed. */
  stopProblem?: string
  problems: SuiteProblem[]
}

/** How long an interrupted run is waited for, so that its reports are there within two seconds. */
const patienceAfterInterruptMs: Milliseconds = 1650
/** How long Vitest may still take after an interrupted run has ended. */
const patienceAfterEndMs: Milliseconds = 100

export interface PlayOptions {
  settings: ConformanceSettings
  clock: Clock
  interruption: Interruption
  allureResults?: string
  /** Called with the first entry. */
  onStarted: (entry: EntryOf<'run-started'>) => void
  /** Shows the run as it goes. */
  view?: LateView
}

/**
 * Plays the suite in its own process and follows its timeline to the end. An interruption is passed on; the playing
 * process never outlives this call.
 */
export async function playSuite(options: PlayOptions): Promise<Played> {
  const { settings, clock, interruption, allureResults, view } = options
  const played: Played = { deviceCame: false, problems: [] }
  const following = new AbortController()
  let suiteIsOver = false
  let onEnded = () => {}
  const runEnded = new Promise<void>(resolve => {
    onEnded = resolve
  })

  const follow = followTimeline(settings.timelinePath, {
    clock,
    signal: following.signal,
    onEntry(entry) {
      view?.entry(entry)
      if (entry.type === 'run-started') {
        played.started = entry
        options.onStarted(entry)
      }
      if (entry.type === 'session-opened') played.deviceCame = true
      noteStopProblem(played, entry)
      if (entry.type !== 'run-ended') return
      played.ended = entry
      onEnded()
    },
    onLook: () => view?.tick(),
  })
  const suite = startSuite(settings, {
    ...(allureResults === undefined ? {} : { allureResults }),
    onReady() {
      interruption.takeBack()
      view?.load()
    },
  }).then(problems => {
    played.problems = problems
    suiteIsOver = true
  })
  const givenUp = untilAborted(interruption.signal).then(async () => {
    if (!signalTo(played, 'SIGINT')) return
    view?.notice('Stopping: trying to give the device back what was changed. Ctrl-C again ends at once.')
    const ended = runEnded.then(() => clock.sleep(patienceAfterEndMs))
    await Promise.race([clock.sleep(patienceAfterInterruptMs + stopPatienceMs(settings)), ended])
  })
  const killPlaying = () => void signalTo(played, 'SIGKILL')
  process.once('exit', killPlaying)
  try {
    await Promise.race([suite, givenUp, follow])
    following.abort()
    await follow
    await view?.end()
  } finally {
    following.abort()
    if (!suiteIsOver) killPlaying()
    process.off('exit', killPlaying)
  }
  return played
}

/** Keeps that `control.stop` failed, where the entry says so. */
export function noteStopProblem(played: Played, entry: Entry): void {
  const problem = stopProblemOf(entry)
  if (problem !== undefined) played.stopProblem = problem
}

/** A device that is switched off at the end of the run takes longer. */
function stopPatienceMs({ device }: ConformanceSettings): Milliseconds {
  const stop = device.kind === 'lab' ? device.profile.control.stop : undefined
  return stop === undefined || stop === 'ask' ? 0 : stopAfterInterruptMs
}

/** Sends a signal to the playing process. Returns whether it was there to get it. */
function signalTo({ started }: Played, signal: NodeJS.Signals): boolean {
  if (!started) return false
  try {
    return process.kill(started.pid, signal)
  } catch {
    return false
  }
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
