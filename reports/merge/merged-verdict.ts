import type { RunRecord, RunVerdict } from '../run-record.ts'
import { type BeneathKnown, beneathParts } from '../beneath-known.ts'
import { brokenText, judgeRun, playedNothing, virtualTimeNotice } from '../run-verdict.ts'
import type { StandingCounts } from '../standing.ts'
import { toldDeviceId } from './group-by-device.ts'
import type { MergedDevice } from './merged-runs.ts'
import { type MissingParts, missingText } from './parts.ts'

/** What the runs of one device add up to. */
export interface DeviceStandings {
  records: readonly RunRecord[]
  counts: StandingCounts
  /** How many of the broken requirements are known failures. */
  known: number
  /** What else there is to these. */
  beneath: BeneathKnown
  /** Requirements that a scenario could have judged but that were part of none of the runs. */
  left: number
  /** Of a division into parts. */
  missing?: MissingParts
}

/** With which nothing is wrong. */
const keptVerdicts: ReadonlySet<RunVerdict> = new Set(['conformant', 'kept-in-part', 'kept-in-virtual-time'])

interface Judgement {
  verdict: RunVerdict
  sentence: string
}

const fromWorstToBest: readonly RunVerdict[] = [
  'error',
  'not-conformant',
  'undecided',
  'kept-in-virtual-time',
  'kept-in-part',
  'conformant',
]

/**
 * What the runs of one device say together; of a single run what it says itself. Runs that only in part were
 * conformant can add up to a conformant device, but not when they are of different firmware.
 */
export function judgeDevice(device: DeviceStandings): Judgement {
  const [first, ...others] = device.records
  if (first && others.length === 0 && !device.missing) return { verdict: first.verdict, sentence: first.sentence }
  const verdict = verdictOf(device)
  const notice = clockOf(device.records) === 'virtual' ? ` (${virtualTimeNotice})` : ''
  return { verdict, sentence: `${sentenceOf(device, verdict)}${notice}.` }
}

/** Virtual as soon as one of the runs is. */
export const clockOf = (runs: readonly { clock: RunRecord['clock'] }[]): RunRecord['clock'] =>
  runs.some(({ clock }) => clock === 'virtual') ? 'virtual' : 'real'

/** What all devices say together: the worst of them; of a single one what it says itself. */
export function judgeDevices(devices: readonly MergedDevice[]): Judgement {
  const [first, ...others] = devices
  const verdict = fromWorstToBest.find(word => devices.some(device => device.verdict === word)) ?? 'undecided'
  if (first && others.length === 0) return { verdict, sentence: first.sentence }
  const count = (fits: (device: MergedDevice) => boolean) => devices.filter(fits).length
  const broken = count(({ counts }) => counts.broken > 0)
  const known = count(device => device.counts.broken > 0 && device.counts.broken === device.known)
  const onlyKnown = known === 0 ? '' : known === broken ? ', all of it known' : `, ${known} of them only a known one`
  const parts = [
    `${broken > 0 ? broken : 'none'} of ${devices.length} devices broke a requirement${onlyKnown}`,
    ...counted(
      count(device => device.verdict === 'undecided'),
      'undecided',
    ),
    ...counted(
      count(device => device.beneathKnown !== undefined),
      'with an error or something undecided beside a known failure',
    ),
    ...counted(
      count(device => device.runs.length === 0),
      'of which no run is here',
    ),
    ...counted(
      count(device => device.verdict === 'error' && device.runs.length > 0),
      'not fully judged because of an error or the end of a run',
    ),
  ]
  const notice = clockOf(devices) === 'virtual' ? ` (${virtualTimeNotice})` : ''
  return { verdict, sentence: `${headOf(verdict, broken)}: ${parts.join(', ')}${notice}.` }
}

function verdictOf({ records, counts, left, missing }: DeviceStandings): RunVerdict {
  if (missing || records.some(({ verdict }) => verdict === 'error')) return 'error'
  const clock = clockOf(records)
  const nothingApplied = records.every(playedNothing)
  const { verdict } = judgeRun({ counts, left, otherErrors: 0, nothingApplied, ended: { how: 'completed' }, clock })
  if (keptVerdicts.has(verdict) && partFirmwares(records).length > 1) return 'undecided'
  const isInPart = hasSeveralFirmwares(records) || records.some(({ captured }) => captured)
  return verdict === 'conformant' && isInPart ? 'kept-in-part' : verdict
}

/** Of parts of one run: the firmwares of the devices that called, each once. */
export const partFirmwares = (records: readonly RunRecord[]): string[] => [
  ...new Set(
    records
      .filter(record => record.shard && toldDeviceId(record))
      .map(({ device }) => device.firmware ?? 'firmware not told'),
  ),
]

const hasSeveralFirmwares = (records: readonly RunRecord[]) =>
  new Set(records.map(({ device }) => device.firmware)).size > 1

function sentenceOf({ records, counts, known, beneath, left, missing }: DeviceStandings, verdict: RunVerdict): string {
  const judged = counts.kept + counts.warning + counts.broken
  const head = headOf(verdict, counts.broken)
  const runs = `${records.length} ${records.length === 1 ? 'run' : 'runs'}`
  const firmwares = partFirmwares(records)
  if (counts.broken > 0 || verdict === 'error' || counts.undecided > 0 || firmwares.length > 1) {
    const cut = records.filter(({ ended }) => ended.how !== 'completed').length
    const erred = records.filter(record => record.verdict === 'error' && record.ended.how === 'completed').length
    const parts = [
      counts.broken > 0 ? brokenText(counts.broken, known) : 'nothing broken',
      ...beneathParts(beneath),
      ...counted(counts.undecided, 'could not be decided'),
      ...counted(counts.error, 'not judged because of an error of the harness or the lab'),
      ...(counts.error > 0 ? [] : counted(erred, `of ${runs} hit an error of the harness or the lab`)),
      ...counted(cut, `of ${runs} did not reach its end`),
      ...(missing ? [missingText(missing)] : []),
      ...(firmwares.length > 1 ? [`its parts are of different firmware (${firmwares.join(', ')})`] : []),
    ]
    return `${head}: ${parts.join(', ')}`
  }
  if (verdict === 'undecided')
    return `${head}: ${judged === 0 ? 'no requirement was judged' : 'nothing that was asked for applied to the device'} in ${runs}`
  const parts = [
    `${requirements(judged)} judged in ${runs}`,
    `${counts.warning} ${counts.warning === 1 ? 'warning' : 'warnings'}`,
    ...counted(left, 'part of none of them'),
    ...counted(counts.untested - left, 'not tested by these versions'),
    ...(hasSeveralFirmwares(records) ? ['not all of one firmware'] : []),
  ]
  return `${head}: every applicable MUST ${left > 0 ? 'that was asked ' : ''}kept (${parts.join(', ')})`
}

function headOf(verdict: RunVerdict, broken: number): string {
  if (broken > 0) return 'NOT CONFORMANT'
  switch (verdict) {
    case 'error':
      return 'NOT JUDGED'
    case 'undecided':
      return 'UNDECIDED'
    case 'conformant':
      return 'CONFORMANT'
    default:
      return 'KEPT'
  }
}

const counted = (count: number, what: string) => (count > 0 ? [`${count} ${what}`] : [])
const requirements = (count: number) => `${count} requirement${count === 1 ? '' : 's'}`
