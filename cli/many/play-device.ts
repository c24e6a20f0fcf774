import type { Clock, Milliseconds } from '../../harness/clock/clock.ts'
import { stopAfterInterruptMs } from '../../harness/device/stop-after-interrupt.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import type { ConformanceSettings } from '../../suites/conformance-settings.ts'
import type { PlayedMessage } from '../../suites/played-message.ts'
import { followTimeline } from '../follow-timeline.ts'
import { noteStopProblem, type Played } from '../run/play-suite.ts'
import { startChild } from './child.ts'
import { watchOver } from './watch-over.ts'

/** Few processes of a young generation that is small are worth many that are not: measured, a quarter less memory. */
const nodeOptions = ['--max-semi-space-size=1', '--max-old-space-size=1024']
const lookEveryMs: Milliseconds = 250

/** How long an interrupted run is waited for: it restores its device, and many do so at the same time. */
const patienceAfterInterruptMs: Milliseconds = 5000

export interface PlayDeviceOptions {
  settings: ConformanceSettings
  clock: Clock
  /** Aborted when the run is interrupted. */
  signal: AbortSignal
  onEntry: (entry: Entry) => void
  onVerdict: (verdict: Verdict) => void
}

/**
 * Plays one device of several in a process of its own, without Vitest, and follows its timeline to the end. The playing
 * process never outlives this call.
 */
export async function playDevice(options: PlayDeviceOptions): Promise<Played> {
  const { settings, clock, signal } = options
  const played: Played = { deviceCame: false, problems: [] }
  const child = startChild<PlayedMessage>(new URL('../../suites/play-conformance.js', import.meta.url), { nodeOptions })
  child.onMessage(message => {
    if (message.kind === 'ready') child.send(settings)
    if (message.kind === 'played') options.onVerdict(message.verdict)
    if (message.kind !== 'problem') return
    const { message: text, stack } = message
    played.problems.push({ message: text, ...(stack === undefined ? {} : { stack }) })
  })
  let lastHeard = clock.now()
  const over = new AbortController()
  const watching = watchOver(child, {
    ...{ clock, signal, over: over.signal, lastHeard: () => lastHeard },
    patienceMs: patienceAfterInterrupt(settings),
  })
  const following = followTimeline(settings.timelinePath, {
    clock,
    signal: over.signal,
    everyMs: lookEveryMs,
    onEntry(entry) {
      lastHeard = clock.now()
      if (entry.type === 'run-started') played.started = entry
      if (entry.type === 'session-opened') played.deviceCame = true
      noteStopProblem(played, entry)
      if (entry.type === 'run-ended') played.ended = entry
      options.onEntry(entry)
    },
  }).catch((error: Error) => {
    played.problems.push({ message: `Its timeline cannot be followed: ${error.message}` })
    child.kill('SIGINT')
  })
  const { abnormal, errorOutput } = await child.ended
  over.abort()
  await following
  const ownEnd = await watching
  const why = ownEnd ?? abnormal
  if (why !== undefined && !played.ended && !signal.aborted)
    played.problems.push({ message: why, ...(errorOutput === '' ? {} : { stack: errorOutput }) })
  return played
}

/** A device that is switched off at the end of its run takes longer. */
const patienceAfterInterrupt = ({ device }: ConformanceSettings): Milliseconds =>
  patienceAfterInterruptMs + (device.kind === 'lab' && device.profile.control.stop ? stopAfterInterruptMs : 0)
