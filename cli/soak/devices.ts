import { faults, type Transport, variants } from '../../fixtures/simulated-cpe/simulated-cpe.ts'
import type { Scenario } from '../../harness/scenario.ts'
import { httpScenarios, scenarios, udpScenarios, xmppScenarios } from '../../suites/scenarios.ts'

/** A simulated device with the suite it is played through. */
export interface SoakedDevice {
  faults: readonly string[]
  variants: readonly string[]
  transports: readonly Transport[]
  tls: boolean
  suite: readonly Scenario[]
}

const everything = { transports: ['http', 'xmpp', 'udp'], suite: scenarios } as const
const byTransport = {
  http: { transports: ['http'], suite: httpScenarios },
  xmpp: { transports: ['http', 'xmpp'], suite: xmppScenarios },
  udp: { transports: ['http', 'udp'], suite: udpScenarios },
} as const

/** A conforming device with everything. */
export const conformingDevice: SoakedDevice = { faults: [], variants: [], tls: false, ...everything }

/**
 * Devices one after another without end: a conforming one, one over TLS, three with faults and one variant, then the
 * same with other faults and another variant. Steps through the tables far enough that neighbours in them, which are
 * much alike, do not follow each other.
 */
export function* devicesToSoak(): Generator<SoakedDevice> {
  const nextFault = steppingThrough(faults)
  const nextVariant = steppingThrough(variants)
  for (;;) {
    yield conformingDevice
    yield { ...conformingDevice, tls: true }
    for (let count = 0; count < 3; count++) {
      const { id, transport, overTls } = nextFault()
      yield { faults: [id], variants: [], tls: overTls === true, ...byTransport[transport] }
    }
    const { id, transport } = nextVariant()
    yield { faults: [], variants: [id], tls: false, ...byTransport[transport] }
  }
}

/** Has no factor in common with the length of a table, so that every row comes. */
const stepThrough = 37

function steppingThrough<Row>(rows: readonly Row[]): () => Row {
  let at = 0
  return () => rows[(at++ * stepThrough) % rows.length] as Row
}
