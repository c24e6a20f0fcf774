import type { Bench } from './bench.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Conversation, Scenario } from './scenario.ts'
import { isFirstSinceSuspension } from './suspension.ts'
import { WaitTimedOut } from './timeline/recorder.ts'
import { withoutOtherDevices } from './timeline/other-devices.ts'

/** How a playing ended; `device-dead` when the device answers nothing any more. */
export type PlayingEnd = 'completed' | 'interrupted' | 'broken-off' | 'device-dead'

/**
 * Plays one scenario on the bench: the conversation, then the check that the device is alive. Never throws for
 * what the device did; everything is on the timeline.
 */
export async function playScenario(bench: Bench, scenario: Scenario, repetition = 1): Promise<PlayingEnd> {
  const { timeline } = bench
  const begun = timeline.add({ type: 'scenario-begun', scenario: scenario.id, title: scenario.title, repetition })
  const end = (how: PlayingEnd, reason?: string): PlayingEnd => {
    timeline.add({ type: 'scenario-ended', scenario: scenario.id, how, ...(reason === undefined ? {} : { reason }) })
    return how
  }
  let problem: string | undefined
  try {
    await scenario.run(conversation(bench, begun.seq))
  } catch (error) {
    if (bench.signal.aborted) return end('interrupted', 'The run was stopped during this scenario.')
    if (error instanceof ConditionsNotMet || error instanceof WaitTimedOut) problem = error.message
    else timeline.add({ type: 'harness-error', scenario: scenario.id, ...describeError(error) })
  } finally {
    bench.acs.clearPlans()
    bench.xmpp?.lab.resetPolicy()
    bench.udp?.lab.resetPolicy()
  }
  if (bench.signal.aborted) return end('interrupted', 'The run was stopped during this scenario.')
  const death = await bench.deathOfDevice(begun.seq).catch(() => undefined)
  if (bench.signal.aborted) return end('interrupted', 'The run was stopped after this scenario.')
  // It may be busy with what our absence did to it: it is asked again after the next scenario.
  if (death !== undefined && isFirstSinceSuspension(timeline.entries))
    return end(
      'broken-off',
      `${death} Nothing of ours had run for a while before, so it is given time until the next one.`,
    )
  if (death !== undefined) return end('device-dead', death)
  return problem === undefined ? end('completed') : end('broken-off', problem)
}

function conversation(bench: Bench, begunSeq: number): Conversation {
  const { timeline, clock, signal } = bench
  const soFar = () => withoutOtherDevices(timeline.entries.slice(begunSeq - 1), timeline.entries)
  return {
    bench,
    soFar,
    async step(text, work) {
      timeline.add({ type: 'step-begun', text })
      try {
        return await work()
      } finally {
        timeline.add({ type: 'step-ended', text })
      }
    },
    async watch(what, limit, until) {
      timeline.add({ type: 'limit-used', name: what, ...limit })
      timeline.add({ type: 'watch-begun', for: what, ms: limit.ms })
      const seen = new AbortController()
      const isSeen = () => until?.(soFar()) === true
      const stopListening = timeline.onEntry(() => isSeen() && seen.abort())
      let how: 'over' | 'seen' | 'interrupted' = 'interrupted'
      try {
        if (isSeen()) seen.abort()
        await clock.sleep(limit.ms, AbortSignal.any([seen.signal, signal]))
        how = 'over'
      } catch (error) {
        if (!seen.signal.aborted || signal.aborted) throw error
        how = 'seen'
      } finally {
        stopListening()
        timeline.add({ type: 'watch-ended', for: what, ms: limit.ms, how })
      }
      return how === 'over' ? 'over' : 'seen'
    },
    mark(name, data) {
      timeline.add({ type: 'mark', name, ...(data === undefined ? {} : { data }) })
    },
  }
}

function describeError(error: unknown): { message: string; stack?: string } {
  if (!(error instanceof Error)) return { message: String(error) }
  return { message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) }
}
