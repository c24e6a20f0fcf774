import { countStandings } from '../standing.ts'
import { partText } from '../part-text.ts'
import type { RunRecord } from '../run-record.ts'
import type { MergedDevice, NamedRun } from './merged-runs.ts'

/** What is known of the devices beside their runs. */
export interface AboutDevices {
  /** Of which there is no run, and why. */
  absent?: readonly AbsentDevice[]
  /** The part that alone is merged: devices of other parts are not missing yet. */
  part?: { index: number; total: number }
}

/** A device of which there is no run, and why. */
export interface AbsentDevice {
  /** Its name among those that it was to be played with. */
  device: string
  /** A sentence. */
  reason: string
}

type Shelf = NonNullable<RunRecord['shelf']>

/**
 * Devices without a run that count: those of parts of which none is here, and those that are told of.
 */
export function absentDevices(runs: readonly NamedRun[], about: AboutDevices): MergedDevice[] {
  const missing = missingDevices(runs, about).flatMap(({ device, part }) =>
    part && isExpected(part, about)
      ? { device, reason: `no run of it is here; it was to be played in ${partText(part)}.` }
      : [],
  )
  return [...(about.absent ?? []), ...missing].map(absentDevice)
}

/** What is only said: who merges runs of his own choice leaves devices out that were played beside them, and a part holds its own alone. */
export function shelfCaveats(runs: readonly NamedRun[], about: AboutDevices): string[] {
  const missing = missingDevices(runs, about)
  const beside = missing.flatMap(({ device, part }) => (part ? [] : device))
  const elsewhere = missing.flatMap(({ device, part }) => (part && !isExpected(part, about) ? device : []))
  return [
    ...(beside.length > 0 ? [`Played beside these devices, but without a run here: ${beside.join(', ')}.`] : []),
    ...(about.part && elsewhere.length > 0
      ? [`This is ${partText(about.part)}; the devices of the others are not in it: ${elsewhere.join(', ')}.`]
      : []),
  ]
}

const isExpected = (part: { index: number }, about: AboutDevices) =>
  about.part === undefined || about.part.index === part.index

interface MissingDevice {
  device: string
  /** The one that it was to be played in; absent where there were no parts. */
  part?: { index: number; total: number }
}

function missingDevices(runs: readonly NamedRun[], { absent = [] }: AboutDevices): MissingDevice[] {
  const shelves = new Map(runs.flatMap(({ record: { shelf } }) => (shelf ? [[keyOf(shelf), shelf] as const] : [])))
  const alone = runs.flatMap(({ record: { shelf, device, lab } }) =>
    shelf || lab.simulated ? [] : (device.name ?? []),
  )
  return [...shelves].flatMap(([key, { devices, part }]) => {
    const there = runs.flatMap(({ record: { shelf } }) => (shelf && keyOf(shelf) === key ? shelf.device : []))
    const known = new Set([...there, ...alone, ...absent.map(({ device }) => device)])
    // The devices are dealt out to the parts in turn.
    return devices.flatMap((device, place): MissingDevice[] => {
      if (known.has(device)) return []
      return [part ? { device, part: { index: (place % part.total) + 1, total: part.total } } : { device }]
    })
  })
}

const keyOf = ({ devices, part }: Shelf) => JSON.stringify([devices, part?.total])

const absentDevice = ({ device, reason }: AbsentDevice): MergedDevice => ({
  label: device,
  device: { name: device },
  clock: 'real',
  verdict: 'error',
  sentence: `NOT JUDGED: ${reason}`,
  counts: countStandings([]),
  runs: [],
  contradictions: [],
})
