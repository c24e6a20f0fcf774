import { type Verdict, worse, worst } from '../../harness/verdict/verdict.ts'
import type { KnownMark, RequirementRecord, RunRecord } from '../run-record.ts'
import { playedNothing } from '../run-verdict.ts'
import { beneathKnown } from '../beneath-known.ts'
import { countStandings, type Standing, standingFor, standingsOf } from '../standing.ts'
import { mergeCaveats } from './caveats.ts'
import { contradictionsOf } from './contradictions.ts'
import { type DeviceRuns, groupByDevice } from './group-by-device.ts'
import { type FoundDifferently, foundDifferently, type WouldApply } from './found-differently.ts'
import { judgeDevice, judgeDevices, clockOf, partFirmwares } from './merged-verdict.ts'
import { missingParts } from './parts.ts'
import { type AboutDevices, absentDevices, shelfCaveats } from './shelf.ts'
import type { MatrixCell, MatrixRow, MergedDevice, MergedRun, MergedRuns, NamedRun } from './merged-runs.ts'

/**
 * What several runs say together. Runs of one DeviceId are parts of one: each requirement stands for the device where
 * its worst run has it, and a run that did not look gives way to one that did. Pure; the order of the runs changes no
 * verdict, and a run that is given twice counts once.
 * @param runs at least one, unless a device is absent
 */
export function mergeRuns(runs: readonly NamedRun[], knowledge: MergeKnowledge = {}): MergedRuns {
  const { different, caveats } = withoutCopies(runs)
  const groups = groupByDevice(different)
  const hidden = groups.map(group => foundDifferently(group.runs, knowledge.wouldApply))
  const missing = absentDevices(different, knowledge)
  const known = [...groups.map((group, index) => shardsOf(group, hidden[index] ?? [])), ...missing.map(() => [])]
  const devices = [...groups.map((group, index) => mergedDevice(group, known[index] ?? [])), ...missing]
  const rows = latestRows(different)
  return {
    schema: 'connreq/merge/1',
    ...judgeDevices(devices),
    caveats: [
      ...caveats,
      ...mergeCaveats(groups),
      ...groups.flatMap((group, index) => hiddenCaveats(group, hidden[index] ?? [])),
      ...shelfCaveats(different, knowledge),
    ],
    devices,
    requirements: rows.map(row => ({ ...row, cells: known.map(shards => mergedCell(row.id, shards)) })),
  }
}

/** What runs do not tell. */
interface MergeKnowledge extends AboutDevices {
  wouldApply?: WouldApply | undefined
}

interface Shard extends NamedRun {
  /** By requirement: why it is undecided although nothing of it applied in this run. */
  undecided: ReadonlyMap<string, string>
  requirements: ReadonlyMap<string, RequirementRecord>
  standings: ReadonlyMap<string, Standing>
}

const shardsOf = ({ runs }: DeviceRuns, hidden: readonly FoundDifferently[]): Shard[] =>
  runs.map(run => ({
    ...run,
    requirements: new Map(run.record.requirements.map(requirement => [requirement.id, requirement])),
    standings: standingsOf(run.record),
    undecided: new Map(
      hidden
        .filter(({ run: path }) => path === run.path)
        .flatMap(({ requirements, reason }) => requirements.map(id => [id, reason] as const)),
    ),
  }))

/** What each run of a device left out although another one says that it should not have. */
function hiddenCaveats({ label, runs }: DeviceRuns, hidden: readonly FoundDifferently[]): string[] {
  return runs.flatMap(({ path }) => {
    const ids = hidden.filter(({ run }) => run === path).map(({ scenario }) => scenario)
    return ids.length === 0
      ? []
      : [
          `${label}: ${ids.join(', ')} did not apply in ${path}, but would have with the device as another part found it.`,
        ]
  })
}

function withoutCopies(runs: readonly NamedRun[]): { different: NamedRun[]; caveats: string[] } {
  const first = new Map<string, NamedRun>()
  const caveats: string[] = []
  for (const run of runs) {
    const text = JSON.stringify(run.record)
    const same = first.get(text)
    if (same) caveats.push(`${run.path} is the same run as ${same.path} and counts once.`)
    else first.set(text, run)
  }
  return { different: [...first.values()], caveats }
}

function mergedDevice({ label, runs }: DeviceRuns, shards: readonly Shard[]): MergedDevice {
  const records = runs.map(({ record }) => record)
  const ids = [...new Set(shards.flatMap(({ requirements }) => [...requirements.keys()]))]
  const standings = new Map(ids.map(id => [id, mergedStanding(id, shards)]))
  const counts = countStandings(standings.values())
  const knownIds = ids.filter(id => standings.get(id) === 'broken' && knownMark(id, shards))
  const known = knownIds.length
  const beneath = beneathKnown(records, knownIds)
  const left = ids.filter(id => standings.get(id) === 'untested' && shards.some(one => isLeft(id, one))).length
  const missing = missingParts(runs)
  const firmwares = partFirmwares(records)
  return {
    label,
    device: records.toSorted(latestFirst)[0]?.device ?? {},
    clock: clockOf(records),
    ...judgeDevice({ records, counts, known, beneath, left, ...(missing ? { missing } : {}) }),
    counts,
    ...(known > 0 ? { known } : {}),
    ...(beneath.errors + beneath.undecided > 0 ? { beneathKnown: beneath } : {}),
    ...(missing ? { missingParts: missing } : {}),
    ...(firmwares.length > 1 ? { firmwares } : {}),
    ...(records.every(playedNothing) ? { playedNothing: true } : {}),
    runs: runs.map(mergedRun),
    contradictions: contradictionsOf(runs),
  }
}

/** Whether a scenario of that run's version could have judged the requirement. */
function isLeft(id: string, { requirements }: Shard): boolean {
  const requirement = requirements.get(id)
  return requirement !== undefined && requirement.untested === undefined
}

/** The worst verdict; a breach stays one beside an error of ours. */
function mergedStanding(id: string, shards: readonly Shard[]): Standing {
  if (shards.some(({ standings }) => standings.get(id) === 'broken')) return 'broken'
  return standingFor(worst(shards.map(one => verdictIn(one, id))))
}

function verdictIn({ requirements, undecided }: Shard, id: string): Verdict {
  const verdict = requirements.get(id)?.verdict ?? 'none'
  return undecided.has(id) ? worse(verdict, 'inconclusive') : verdict
}

function mergedCell(id: string, shards: readonly Shard[]): MatrixCell {
  const standing = mergedStanding(id, shards)
  const decisive = shards.find(({ standings }) => standings.get(id) === standing)
  if (!decisive) {
    const hiding = standing === 'undecided' ? shards.find(({ undecided }) => undecided.has(id)) : undefined
    return hiding ? { standing, reason: hiding.undecided.get(id) ?? '', run: hiding.path } : { standing }
  }
  const reason = reasonIn(decisive.record, id, standing) ?? decisive.requirements.get(id)?.reason
  const known = standing === 'broken' ? knownMark(id, shards) : undefined
  return { standing, ...(reason === undefined ? {} : { reason }), ...(known ? { known } : {}), run: decisive.path }
}

/** Present where every run that broke the requirement knows its failures. */
function knownMark(id: string, shards: readonly Shard[]): KnownMark | undefined {
  const marks = shards
    .filter(({ standings }) => standings.get(id) === 'broken')
    .map(({ requirements }) => requirements.get(id)?.known)
  return marks.every(mark => mark !== undefined) ? marks[0] : undefined
}

/** What the first breach was; the reason of the requirement can be that of an error of ours. */
function reasonIn({ scenarios }: RunRecord, id: string, standing: Standing): string | undefined {
  if (standing !== 'broken') return undefined
  const breach = scenarios
    .flatMap(({ metrics }) => metrics)
    .find(({ requirement, verdict }) => requirement === id && verdict === 'fail')
  return breach?.reason ?? breach?.actual
}

/** Every requirement once, in the words of the latest run that has it. */
function latestRows(runs: readonly NamedRun[]): Omit<MatrixRow, 'cells'>[] {
  const rows = new Map<string, Omit<MatrixRow, 'cells'>>()
  for (const { requirements } of runs.map(({ record }) => record).toSorted(latestFirst))
    for (const { id, clause, level, sentence } of requirements)
      if (!rows.has(id)) rows.set(id, { id, clause, level, sentence })
  return [...rows.values()]
}

const latestFirst = (a: RunRecord, b: RunRecord) => Date.parse(b.startedAt) - Date.parse(a.startedAt)

function mergedRun({ path, record }: NamedRun): MergedRun {
  const { tool, clock, startedAt, durationMs, ended, verdict, sentence, device, lab, baseline, shard } = record
  return {
    path,
    ...(device.firmware === undefined ? {} : { firmware: device.firmware }),
    ...{ tool, clock, startedAt, durationMs, ended, verdict, sentence },
    ...(lab.simulated ? { simulated: lab.simulated } : {}),
    ...(shard ? { shard } : {}),
    ...(baseline ? { knownFailures: baseline.knownFailures } : {}),
  }
}
