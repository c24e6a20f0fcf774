import type { RequirementRecord, ScenarioRecord } from './run-record.ts'

/** What a requirement or scenario is about: a transport of Connection Requests, or the CWMP sessions they bring. */
export const transports = ['http', 'udp', 'xmpp', 'cwmp'] as const
export type Transport = (typeof transports)[number]

/** The word for people. */
export const transportWords: Record<Transport, string> = {
  http: 'HTTP',
  udp: 'UDP',
  xmpp: 'XMPP',
  cwmp: 'CWMP sessions',
}

/** The transport whose suite a scenario belongs to, by its id. */
export function transportOf({ id }: Pick<ScenarioRecord, 'id'>): Transport {
  const [head] = id.split('-')
  return transports.find(transport => transport === head) ?? 'cwmp'
}

const families: [prefix: string, transport: Transport][] = [
  ['CR-HTTP-', 'http'],
  ['CR-UDP-', 'udp'],
  ['CR-XMPP-', 'xmpp'],
  ['CW-', 'cwmp'],
]

/** The transports a requirement speaks of: that of its family, and those of the scenarios that judged it. */
export function transportsOf({ id, scenarios }: Pick<RequirementRecord, 'id' | 'scenarios'>): Transport[] {
  const own = families.flatMap(([prefix, transport]) => (id.startsWith(prefix) ? [transport] : []))
  return own.length > 0 ? own : [...new Set(scenarios.map(scenario => transportOf({ id: scenario })))]
}
