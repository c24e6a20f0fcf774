import type { Bench } from './bench.ts'
import type { Scenario } from './scenario.ts'
import { type Transport, transportsOf, unseenSince } from './suspension.ts'

/** How long the next Binding Request is waited for, in milliseconds: longer than devices usually keep quiet. */
const bindingMs = 60_000

/**
 * Asks a device that was left alone for long before a scenario is played, once on each transport that the scenario is
 * about, so that it shows that it has noticed us again. What it does is on the timeline; that it does nothing is no
 * finding here: the scenario is undecided then.
 */
export function createSeeAgain(bench: Bench): (scenario: Scenario) => Promise<void> {
  const { timeline, signal } = bench
  let asked: { suspension: number; transports: Set<Transport> } | undefined

  const ask: Record<Transport, (since: number) => Promise<unknown>> = {
    session: () => bench.inSession('be seen again after a suspension', async () => undefined),
    async xmpp() {
      const { xmpp } = bench
      if (xmpp !== undefined) await xmpp.seeSessionThrough(await xmpp.knock('after a suspension'))
    },
    stun: async since => bench.udp?.primaryAfter(since, bindingMs),
  }

  return async scenario => {
    const found = unseenSince(transportsOf(scenario), timeline.entries)
    if (found === undefined) return
    const { suspension, unseen } = found
    if (asked?.suspension !== suspension.seq) asked = { suspension: suspension.seq, transports: new Set() }
    for (const transport of unseen) {
      if (signal.aborted || asked.transports.has(transport)) continue
      asked.transports.add(transport)
      await ask[transport](suspension.seq).catch(() => undefined)
    }
  }
}
