import { partText } from '../part-text.ts'
import type { RunRecord } from '../run-record.ts'
import type { NamedRun } from './merged-runs.ts'

/** Whether a scenario would apply to a device of which the probe found this; nothing where nobody knows. */
export type WouldApply = (scenario: string, probe: unknown) => boolean | undefined

/** A scenario that did not apply in one part, although what another part found says that it would have. */
export interface FoundDifferently {
  scenario: string
  /** The requirements that it judges. */
  requirements: string[]
  /** The directory of the run in which it did not apply. */
  run: string
  /** A sentence that names both parts. */
  reason: string
}

type Facts = Readonly<Record<string, unknown>>
type FactName = keyof typeof deciding

const asWritten = (value: unknown) => value
const isThere = (value: unknown) => value !== undefined

/** What decides which scenarios apply, without what is a little different each time. */
const deciding = {
  http: asWritten,
  root: asWritten,
  tls: asWritten,
  control: asWritten,
  unattended: asWritten,
  credentialsWork: asWritten,
  deviceCredentialsKnown: asWritten,
  rpcMethods: asWritten,
  secondAddress: isThere,
  timeToSessionMs: isThere,
  reachability: (value: unknown) => [factsIn(value)['state'], factsIn(value)['behindNat']],
  parameters: (value: unknown) =>
    Object.entries(factsIn(value))
      .map(([name, parameter]) => `${name} ${String(factsIn(parameter)['writable'])}`)
      .toSorted(),
  xmpp: (value: unknown) => {
    const { state, server, connection, timeToSessionMs } = factsIn(value)
    return [state, server, isThere(connection), isThere(timeToSessionMs)]
  },
  udp: (value: unknown) => [factsIn(value)['state'], isThere(factsIn(value)['timeToSessionMs'])],
} satisfies Record<string, (value: unknown) => unknown>
const names = Object.keys(deciding) as FactName[]

const factsIn = (value: unknown): Facts => (typeof value === 'object' && value !== null ? (value as Facts) : {})

/**
 * What did not apply in a part of one run for the reason alone that this part found the device otherwise than another
 * one did, and was played in none. Facts are mixed too: what one part misses, the other may have beside what it misses.
 */
export function foundDifferently(
  runs: readonly NamedRun[],
  wouldApply: WouldApply = () => undefined,
): FoundDifferently[] {
  const parts = runs.filter(({ record }) => record.shard && record.probe !== null && record.probe !== undefined)
  const played = new Set(runs.flatMap(({ record }) => record.scenarios.filter(wasPlayed).map(({ id }) => id)))
  return parts.flatMap(part =>
    notAppliedIn(part.record).flatMap(({ id, reason, requirements }) => {
      if (played.has(id)) return []
      const other = parts.find(one => isContradicted(id, { own: part, other: one, wouldApply }))
      if (!other) return []
      const sentence = `${id} did not apply in ${placeOf(part)}: ${reason.replace(/\.$/, '')}; it would have with the device as ${placeOf(other)} found it.`
      return [{ scenario: id, requirements, run: part.path, reason: sentence }]
    }),
  )
}

const wasPlayed = ({ verdict }: RunRecord['scenarios'][number]) => verdict !== 'not-applicable' && verdict !== 'none'

const placeOf = ({ path, record: { shard } }: NamedRun) => (shard ? `${partText(shard)} (${path})` : path)

/** Those that were left out because nobody asked for them have no outcome. */
function notAppliedIn({ notApplicable, scenarios }: RunRecord) {
  return notApplicable.flatMap(({ id, reason }) => {
    const outcomes = scenarios.filter(scenario => scenario.id === id)
    const requirements = outcomes.flatMap(({ metrics }) => metrics.map(({ requirement }) => requirement))
    return outcomes.length === 0 ? [] : { id, reason, requirements: [...new Set(requirements)] }
  })
}

function isContradicted(
  scenario: string,
  { own, other, wouldApply }: { own: NamedRun; other: NamedRun; wouldApply: WouldApply },
): boolean {
  const [facts, others] = [factsIn(own.record.probe), factsIn(other.record.probe)]
  const different = names.filter(name => textOf(name, facts) !== textOf(name, others))
  for (let choice = 1; choice < 2 ** different.length; choice++) {
    const taken = different.filter((_, place) => choice & (1 << place)).map(name => [name, others[name]])
    if (wouldApply(scenario, { ...facts, ...Object.fromEntries(taken) }) ?? true) return true
  }
  return false
}

const textOf = (name: FactName, facts: Facts) => JSON.stringify(deciding[name](facts[name]))
