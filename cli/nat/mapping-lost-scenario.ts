import type { NatLab } from '../../fixtures/nat/nat-lab.ts'
import { overUdp } from '../../harness/bench.ts'
import { type Scenario, scenario } from '../../harness/scenario.ts'
import { hasAttribute, stunCodes } from '../../harness/timeline/stun-requests.ts'
import { aSessionOnUdpRequest, needs } from '../../suites/needs.ts'

/** The marks and labels by which what happened is found again on the timeline. */
export const mappingLost = {
  dropped: 'router-dropped-mappings',
  oldPlace: 'request to the old place',
  refused: 'router-refused',
  newPlace: 'request to the new place',
} as const

const keepAliveSeconds = 15
const marginMs = 10_000

/**
 * The router forgets the mapping between two keep-alives. Two requests follow the announcement of the new one: to
 * the old place, then to the new. It judges nothing: what must hold is not the device's duty alone.
 */
export function mappingLostScenario(lab: NatLab): Scenario {
  return scenario({
    id: 'nat-mapping-lost',
    title: 'The router forgets the mapping',
    purpose: 'The device announces its new address by itself, and is found there.',
    applies: needs(aSessionOnUdpRequest),
    windows: () => [],
    metrics: {},

    async run({ bench, step, mark }) {
      const udp = overUdp(bench)
      const periodMs = (bench.facts.udp.keepAliveSeconds ?? keepAliveSeconds) * 1000
      const { timeline, clock, signal } = bench
      for (const which of ['first', 'second'])
        await step(`The ${which} keep-alive`, () => udp.primaryAfter(timeline.lastSeq, periodMs + marginMs))
      const old = udp.target()
      await clock.sleep(periodMs / 2, signal)
      lab.dropMappings()
      mark(mappingLost.dropped, { ...old.to })
      await step('The device announces its new address', () =>
        udp.stunAfter(timeline.lastSeq, 2 * periodMs + marginMs, entry => hasAttribute(entry, stunCodes.bindingChange)),
      )
      await bench.rest()
      const refusedBefore = lab.refusedFromOutside()
      await step('A request to the old place', async () => {
        const { first } = await udp.ask(mappingLost.oldPlace, { authorised: true, target: old })
        await bench.connectionRequestSessionAfter(first.seq)
      })
      mark(mappingLost.refused, { datagrams: lab.refusedFromOutside() - refusedBefore })
      await step('A request to the new place', () => udp.knock(mappingLost.newPlace))
    },

    judge() {},
  })
}
