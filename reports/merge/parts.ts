import { partText } from '../part-text.ts'
import type { DeviceRuns } from './group-by-device.ts'
import type { RunRecord } from '../run-record.ts'
import type { NamedRun } from './merged-runs.ts'

/** Parts of a division that none of the runs of a device is. */
export interface MissingParts {
  /** Their numbers, from 1. */
  parts: number[]
  of: number
}

/** The parts that are missing beside those that there are; nothing where the division is complete or there is none. */
export function missingParts(runs: readonly NamedRun[]): MissingParts | undefined {
  const shards = runs.flatMap(({ record }) => record.shard ?? [])
  const of = shards[0]?.total ?? 0
  const there = new Set(shards.map(({ index }) => index))
  const parts = Array.from({ length: of }, (_, position) => position + 1).filter(index => !there.has(index))
  return parts.length === 0 ? undefined : { parts, of }
}

/** `part 3 of 5 is missing`, `parts 2 to 4 and 6 of 8 are missing` */
export function missingText({ parts, of }: MissingParts): string {
  if (parts.length === 1) return `${partText({ index: parts[0] ?? 0, total: of })} is missing`
  const ranges = rangesOf(parts)
  const last = ranges.at(-1)
  const listed = ranges.length === 1 ? last : `${ranges.slice(0, -1).join(', ')} and ${last}`
  return `parts ${listed} of ${of} are missing`
}

function rangesOf(numbers: readonly number[]): string[] {
  const ranges: { from: number; to: number }[] = []
  for (const number of numbers) {
    const range = ranges.at(-1)
    if (range?.to === number - 1) range.to = number
    else ranges.push({ from: number, to: number })
  }
  return ranges.flatMap(({ from, to }) =>
    to - from > 1 ? [`${from} to ${to}`] : from === to ? [`${from}`] : [`${from}`, `${to}`],
  )
}

/**
 * A sentence on runs that are parts of different divisions, so that a scenario can be in none of them; nothing where
 * they can be merged.
 */
export function mixedDivisions(devices: readonly DeviceRuns[]): string | undefined {
  const perDevice = devices.map(({ runs }) => runs)
  // Of units of one model that are not complete, one may hold what the other lacks.
  const incomplete = perDevice.filter(missingParts)
  const perModel = grouped(incomplete.flat(), ({ record }) => modelOf(record) ?? '')
  for (const runs of [...perDevice, ...perModel]) {
    const parts = runs.filter(({ record }) => record.shard)
    const [first] = parts
    const other = parts.find(({ record }) => record.shard?.division !== first?.record.shard?.division)
    if (first && other) return mixedText(first, other)
  }
  return undefined
}

function mixedText(one: NamedRun, other: NamedRun): string {
  const [a, b] = [one.record.shard, other.record.shard]
  if (!a || !b) return ''
  const why =
    a.total === b.total
      ? `and yet they were divided or played differently (${differenceBetween(one.record, other.record)})`
      : 'which are parts of different divisions'
  return `${one.path} is ${partText(a)} and ${other.path} is ${partText(b)}, ${why}: merge the parts of one division at a time.`
}

/** Those sections of the profile of which the parts' place in the division depends, else what else can be. */
function differenceBetween(one: RunRecord, other: RunRecord): string {
  const sections = ['features', 'control', 'timing'].filter(name => sectionText(one, name) !== sectionText(other, name))
  return sections.length > 0
    ? `their profiles differ in ${sections.join(' and ')}`
    : 'another --only, --include, --repeat, --suites or --unattended, or another version'
}

const sectionText = ({ profile }: RunRecord, name: string) =>
  JSON.stringify((profile as Record<string, unknown> | null)?.[name])

/** What units of one model have in common; nothing where the device did not say who it is. */
export function modelOf({ device, lab }: NamedRun['record']): string | undefined {
  const { manufacturer, oui, productClass } = device
  return oui === undefined ? undefined : JSON.stringify([manufacturer, oui, productClass, lab.simulated !== undefined])
}

function grouped(runs: readonly NamedRun[], keyOf: (run: NamedRun) => string | number): NamedRun[][] {
  const groups = new Map<string | number, NamedRun[]>()
  for (const run of runs) groups.set(keyOf(run), [...(groups.get(keyOf(run)) ?? []), run])
  return [...groups.values()]
}

/** Sentences on parts that are there more than once, and on parts that were played with several units. */
export function partCaveats({ label, runs }: DeviceRuns): string[] {
  const parts = runs.filter(({ record }) => record.shard)
  const twice = grouped(parts, ({ record }) => record.shard?.index ?? 0).flatMap(same => {
    const shard = same[0]?.record.shard
    const paths = same.map(({ path }) => path).join(', ')
    return shard && same.length > 1
      ? [`${label}: ${partText(shard)} is there more than once (${paths}): the worst of them counts.`]
      : []
  })
  const units = [...new Set(parts.flatMap(({ record }) => record.device.serialNumber ?? []))]
  const several =
    units.length > 1
      ? [
          `${label}: its parts were played with ${units.length} units, so together they speak for the model, not for one unit.`,
        ]
      : []
  return [...twice, ...several]
}
