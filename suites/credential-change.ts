import { ConditionsNotMet } from '../harness/conditions.ts'
import type { Credentials } from '../harness/connection-request/http/requester.ts'
import { managementServer } from '../harness/device/facts.ts'
import type { Conversation } from '../harness/scenario.ts'

/** Sets the pair in a session that is asked for with the bench's; marks the status under `markName`. */
export async function setCredentials(
  { bench, mark }: Conversation,
  { username, password }: Credentials,
  markName: string,
): Promise<void> {
  await bench.inSession('set another username and password', async session => {
    const { status } = await session.call('SetParameterValues', {
      parameters: [
        { name: managementServer(bench.facts, 'ConnectionRequestUsername'), value: username },
        { name: managementServer(bench.facts, 'ConnectionRequestPassword'), value: password },
      ],
    })
    mark(markName, { status })
  })
}

/** Asks for the session with the pair that was accepted, or else with the other: a device may apply it meanwhile. */
export async function setOldAgain(
  conversation: Conversation,
  old: Credentials,
  [likely, other]: [Credentials, Credentials],
): Promise<void> {
  const { bench } = conversation
  const setBack = async (askingWith: Credentials) => {
    bench.credentials = askingWith
    await setCredentials(conversation, old, 'old-pair-set-again')
  }
  await setBack(likely).catch(error => {
    if (!(error instanceof ConditionsNotMet)) throw error
    return setBack(other)
  })
  bench.credentials = old
}
