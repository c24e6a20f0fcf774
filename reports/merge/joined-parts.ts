import type { NamedRun } from './merged-runs.ts'
import { missingParts, modelOf } from './parts.ts'

/**
 * Runs by device, where parts of one division that complement each other are together: parts are played side by side
 * with several units of one model, and a part whose device never called belongs to those whose device did.
 */
export function joinParts(groups: readonly NamedRun[][]): NamedRun[][] {
  const joined = groups.map((runs, place) => ({ runs: [...runs], place })).filter(({ runs }) => !isUnnamed(runs))
  for (let place = 0; place < joined.length; place++)
    for (const other of joined.slice(place + 1)) {
      const one = joined[place]
      if (!one || !complements(one.runs, other.runs)) continue
      one.runs.push(...other.runs)
      joined.splice(joined.indexOf(other), 1)
    }
  for (const [place, runs] of groups.entries()) {
    if (!isUnnamed(runs)) continue
    const fitting = joined.filter(one => !isUnnamed(one.runs) && complements(one.runs, runs))
    // Whose part it is where several fit, nobody can say.
    if (fitting.length === 1) fitting[0]?.runs.push(...runs)
    else joined.push({ runs: [...runs], place })
  }
  return joined.toSorted((a, b) => a.place - b.place).map(({ runs }) => runs)
}

const isUnnamed = ([first]: readonly NamedRun[]) => first === undefined || modelOf(first.record) === undefined

/** Whether these are parts of one division, each with some that the other lacks and none that it has. */
function complements(group: readonly NamedRun[], other: readonly NamedRun[]): boolean {
  const divisions = new Set([...group, ...other].map(({ record }) => record.shard?.division))
  if (divisions.size !== 1 || divisions.has(undefined)) return false
  if (!missingParts(group) || !missingParts(other)) return false
  const models = new Set([...group, ...other].flatMap(({ record }) => modelOf(record) ?? []))
  if (models.size > 1) return false
  const there = new Set(group.map(({ record }) => record.shard?.index))
  return other.every(({ record }) => !there.has(record.shard?.index))
}
