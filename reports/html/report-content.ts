import { describe } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { shortenedText } from '../../harness/timeline/visible-text.ts'
import { type FindingInScenario, findingsWith } from '../findings.ts'
import { type PackedLog, packLog } from './packed-log.ts'
import { playedKey, playedMetrics, playingsText } from '../playings.ts'
import type { RunRecord, ScenarioRecord } from '../run-record.ts'
import { countStandings, type Standing, type StandingCounts, standingsOf } from '../standing.ts'
import type { Timings } from '../timings/timings.ts'
import { timingsOf } from '../timings/timings-of.ts'

/** What the parts of the report are drawn from, worked out once. */
export interface ReportContent {
  record: RunRecord
  standings: ReadonlyMap<string, Standing>
  counts: StandingCounts
  broken: FindingInScenario[]
  errors: FindingInScenario[]
  undecided: FindingInScenario[]
  warnings: FindingInScenario[]
  /** By `playedKey`: how the playings of a metric came out, where it was played more than once. */
  playings: ReadonlyMap<string, string>
  /** By the id of a requirement. */
  clauseOf: ReadonlyMap<string, string>
  entryOf: ReadonlyMap<number, Entry>
  /** The entries of each scenario that was played. */
  logs: ReadonlyMap<ScenarioRecord, Entry[]>
  /** The entries before, between and after the scenarios. */
  outside: Entry[]
  /** Numbers of the entries that findings cite. */
  cited: ReadonlySet<number>
  /** The line of an entry, cut where it is too long for the report. */
  lineOf: (entry: Entry) => string
  /** By the log itself: those that are too long to be markup. */
  packed: ReadonlyMap<readonly Entry[], PackedLog>
  timings: Timings
  /** Of `timeline.jsonl`, in hexadecimal digits, where the file is known. */
  timelineSha256: string | undefined
}

export interface ReportOptions {
  /** How many characters of an entry's line are shown. */
  lineLength: number
  timelineSha256?: string | undefined
}

/** So many bytes of wire logs are markup, in the shortest logs first; the others are packed. */
const roomForLines = 1_600_000
const markupOfALine = 100

export function reportContent(
  record: RunRecord,
  entries: readonly Entry[],
  { lineLength, timelineSha256 }: ReportOptions,
): ReportContent {
  const texts = new Map<number, string>()
  const lineOf = (entry: Entry) => {
    const known = texts.get(entry.seq)
    if (known !== undefined) return known
    const text = shortenedText(describe(entry), lineLength)
    texts.set(entry.seq, text)
    return text
  }
  const standings = standingsOf(record)
  const entryOf = new Map(entries.map(entry => [entry.seq, entry]))
  const broken = findingsWith(record, 'fail')
  const errors = findingsWith(record, 'error')
  const undecided = findingsWith(record, 'inconclusive')
  const warnings = findingsWith(record, 'warning')
  const all = [...broken, ...errors, ...undecided, ...warnings]
  const cited = new Set(all.flatMap(({ metric }) => metric.evidence ?? []))
  const { logs, outside } = shareEntries(record, entries, entryOf)
  return {
    record,
    standings,
    counts: countStandings(standings.values()),
    broken,
    errors,
    undecided,
    warnings,
    playings: playingsOf(record),
    clauseOf: new Map(record.requirements.map(({ id, clause }) => [id, clause])),
    entryOf,
    logs,
    outside,
    cited,
    lineOf,
    packed: packLongest([...logs.values(), outside], { cited, lineOf }),
    timings: timingsOf(record, entries),
    timelineSha256,
  }
}

function packLongest(logs: readonly Entry[][], look: Pick<ReportContent, 'cited' | 'lineOf'>) {
  const packed = new Map<readonly Entry[], PackedLog>()
  let room = roomForLines
  for (const log of [...logs].sort((a, b) => a.length - b.length)) {
    room -= log.reduce((bytes, entry) => bytes + markupOfALine + Buffer.byteLength(look.lineOf(entry)), 0)
    if (room < 0) packed.set(log, packLog(log, look))
  }
  return packed
}

function playingsOf(record: RunRecord): Map<string, string> {
  const texts = playedMetrics(record).map(
    ({ scenario, metric, verdicts }) => [playedKey(scenario, metric), playingsText(verdicts)] as const,
  )
  return new Map(texts.flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])))
}

/** Each entry stands in one log only: that of the scenario that was being played, or the one outside of all. */
function shareEntries(record: RunRecord, entries: readonly Entry[], entryOf: ReadonlyMap<number, Entry>) {
  const logs = new Map<ScenarioRecord, Entry[]>()
  const ownerOf = new Map<number, ScenarioRecord>()
  for (const scenario of record.scenarios) {
    const { from, to } = scenario.entries
    const begun = entryOf.get(from)
    // What judges the whole run, or was not played, does not begin with its own entry.
    if (begun?.type !== 'scenario-begun' || begun.scenario !== scenario.id) continue
    logs.set(scenario, [])
    for (let seq = from; seq <= to; seq++) ownerOf.set(seq, scenario)
  }
  const outside: Entry[] = []
  for (const entry of entries) (logs.get(ownerOf.get(entry.seq) as ScenarioRecord) ?? outside).push(entry)
  return { logs, outside }
}
