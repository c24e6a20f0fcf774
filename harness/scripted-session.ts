import type { Acs } from './acs/acs.ts'
import type { SessionHandle, SessionPlan } from './acs/session-plan.ts'
import { ConditionsNotMet } from './conditions.ts'

/**
 * Plans `script` for a session and returns its result when that session has ended.
 * @param awaitSession makes the session come, and waits until it is open
 * @throws ConditionsNotMet when the session ends before the script does
 */
export async function scriptedSession<T>(
  { acs, signal }: { acs: Acs; signal: AbortSignal },
  name: string,
  script: (session: SessionHandle) => Promise<T>,
  plan: Partial<SessionPlan>,
  awaitSession: (opened: Promise<unknown>) => Promise<unknown>,
): Promise<T> {
  let result: { value: T } | undefined
  const planned = acs.plan({
    name,
    ...plan,
    script: async session => {
      result = { value: await script(session) }
    },
  })
  try {
    await awaitSession(planned.sessionOpened)
    await planned.done
  } catch (error) {
    if (error instanceof ConditionsNotMet || signal.aborted) throw error
    throw new ConditionsNotMet(`The session to ${name} did not go as planned: ${(error as Error).message}`)
  } finally {
    planned.cancel()
  }
  if (result === undefined) throw new ConditionsNotMet(`The session to ${name} ended before it was through.`)
  return result.value
}
