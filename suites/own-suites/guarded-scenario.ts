import { type Clock, type Milliseconds, noLongerAwaited } from '../../harness/clock/clock.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import type { DeviceFacts } from '../../harness/device/facts.ts'
import type { Applicability, Scenario } from '../../harness/scenario.ts'
import { WaitTimedOut } from '../../harness/timeline/recorder.ts'

/** What a scenario may take besides the windows it declares; after that it waits for something that never comes. */
const patienceMs: Milliseconds = 15 * 60_000

/**
 * A scenario of somebody else's: what it throws is said to be its own fault, and where it cannot even say whether it
 * applies it is played, and found to be an error, in the place of ending the run. One that never ends is given up.
 */
export function guardedScenario(scenario: Scenario, suite: string): Scenario {
  const whose = `of the scenario ${scenario.id} of the suite "${suite}"`
  return {
    ...scenario,
    applies: facts => orElse(() => applicability(scenario, facts), { applies: true }),
    windows: facts => orElse(() => windows(scenario, facts), []),
    async run(conversation) {
      const { facts, signal, clock } = conversation.bench
      blaming(`applies() ${whose}`, () => applicability(scenario, facts))
      const declared = blaming(`windows() ${whose}`, () => windows(scenario, facts))
      const limitMs = 2 * declared.reduce((sum, { ms }) => sum + ms, 0) + patienceMs
      try {
        await endingWithin(limitMs, scenario.run(conversation), { clock, signal })
      } catch (error) {
        if (error instanceof ConditionsNotMet || error instanceof WaitTimedOut || signal.aborted) throw error
        throw blamed(`run() ${whose}`, error)
      }
    },
  }
}

/** What `applies` says, taken apart: it need not be what its type promises. */
function applicability(scenario: Scenario, facts: DeviceFacts): Applicability {
  const said: Partial<Record<string, unknown>> = scenario.applies(facts)
  if (said['applies'] === true) return { applies: true }
  const { reason, wouldApplyIf } = said
  if (said['applies'] !== false || typeof reason !== 'string')
    throw new TypeError('it must return { applies: true } or { applies: false, reason }')
  return { applies: false, reason, ...(typeof wouldApplyIf === 'string' ? { wouldApplyIf } : {}) }
}

function windows(scenario: Scenario, facts: DeviceFacts): ReturnType<Scenario['windows']> {
  const said: unknown = scenario.windows(facts)
  if (
    Array.isArray(said) &&
    said.every(({ for: what, ms }) => typeof what === 'string' && Number.isFinite(ms) && ms >= 0)
  )
    return said
  throw new TypeError('it must return a list of { for, ms }')
}

function orElse<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch {
    return otherwise
  }
}

/** @throws Error when `work` takes longer, or as soon as the run is stopped */
async function endingWithin(
  ms: Milliseconds,
  work: Promise<void>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const stop = new AbortController()
  const late = clock.sleep(ms, AbortSignal.any([stop.signal, signal])).then(() => {
    throw new Error(`it did not end within ${formatDuration(ms)}; what it waits for belongs into its windows`)
  })
  try {
    await Promise.race([work, late])
  } finally {
    stop.abort(noLongerAwaited)
    late.catch(() => undefined)
    work.catch(() => undefined)
  }
}

function blaming<T>(part: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw blamed(part, error)
  }
}

/** Keeps the stack, which shows the place in the suite's own file. */
function blamed(part: string, error: unknown): Error {
  const message = `${part} threw: ${error instanceof Error ? error.message : String(error)}`
  const own = new Error(message, { cause: error })
  if (error instanceof Error && error.stack !== undefined) own.stack = error.stack
  return own
}
