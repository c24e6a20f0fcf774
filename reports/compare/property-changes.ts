import type { RunRecord, ScenarioRecord } from '../run-record.ts'
import type { Change } from './comparison.ts'
import { sameButForTimes } from './same-but-for-times.ts'

/**
 * What both runs could have seen of the device and saw differently: a property that only one has counts where a
 * scenario that tells it was played in both. Lengths of time that hardly differ are no difference.
 */
export function propertyChanges(before: RunRecord, after: RunRecord): Change[] {
  const [playedBefore, playedAfter] = [playedIds(before), playedIds(after)]
  const inBoth = ({ id }: ScenarioRecord) => playedBefore.has(id) && playedAfter.has(id)
  const old = propertiesOf(before.scenarios.filter(inBoth))
  const now = propertiesOf(after.scenarios.filter(inBoth))
  return [...new Set([...now.keys(), ...old.keys()])].flatMap(name => {
    const [was, is] = [old.get(name), now.get(name)]
    if (was !== undefined && is !== undefined && sameButForTimes(was, is)) return []
    return { name, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
  })
}

/** The scenarios that a run played; those that did not apply are on its record too. */
export function playedIds({ scenarios, notApplicable }: RunRecord): Set<string> {
  const notPlayed = new Set(notApplicable.map(({ id }) => id))
  return new Set(scenarios.map(({ id }) => id).filter(id => !notPlayed.has(id)))
}

function propertiesOf(scenarios: readonly ScenarioRecord[]): Map<string, string> {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of scenarios.flatMap(({ properties }) => Object.entries(properties)))
    values.set(name, (values.get(name) ?? new Set()).add(value))
  return new Map([...values].map(([name, seen]) => [name, [...seen].sort().join('; ')]))
}
