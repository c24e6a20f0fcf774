import { type Bench, overUdp } from '../../harness/bench.ts'
import { chosen } from '../../harness/limits.ts'
import type { Conversation } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'

/**
 * Reboots by whatever means the profile allows, and waits for "1 BOOT" and for the first Binding Request after it.
 * @returns whether both came in time
 */
export async function restart({ bench, step }: Pick<Conversation, 'bench' | 'step'>): Promise<boolean> {
  return step('Reboot, and wait for the first Binding Request after it', async () => {
    const { timeline, facts } = bench
    const since = timeline.lastSeq
    await bench.reboot()
    const boot = await bootAfter(bench, since)
    if (boot === undefined) return false
    await bench.sessionEnd(boot.session)
    return (await overUdp(bench).primaryAfter(boot.seq, chosen.stunBinding(facts).ms)) !== undefined
  })
}

async function bootAfter({ timeline, facts, signal }: Bench, after: number) {
  const isBoot = ({ ofDeviceUnderTest, inform }: EntryOf<'session-opened'>) =>
    ofDeviceUnderTest && inform.events.some(({ eventCode }) => eventCode === '1 BOOT')
  return timeline
    .waitFor('session-opened', isBoot, {
      after,
      timeoutMs: facts.timing.bootMs,
      what: 'a session with 1 BOOT',
      signal,
    })
    .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
}
