import { describe } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { shortenedText } from '../../harness/timeline/visible-text.ts'
import { type FindingInScenario, findingsWith } from '../findings.ts'
import { type PackedLog, packLog } from './packed-log.ts'
import { playedKey, playedMetrics, playingsText } from '../playings.ts'
import type { RunRecord, ScenarioRecord } from '../run-record.ts'
import { countStandings, type Standing, type StandingCounts, standingsOf } from '../standing.ts'
import { type ShownPlaying, shownPlayings } from './shown-playings.ts'
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
  playedTexts: ReadonlyMap<string, string>
  /** By the id of a requirement. */
  clauseOf: ReadonlyMap<string, string>
  entryOf: ReadonlyMap<number, Entry>
  /** What was played or judged at all. */
  playings: readonly ShownPlaying[]
  /** The entries of each playing that is shown whole. */
  logs: ReadonlyMap<ScenarioRecord, Entry[]>
  /** The entries of the playings that came out like it, one after another. */
  logsOfAlike: ReadonlyMap<ScenarioRecord, Entry[]>
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

/** So many bytes of wire logs are markup, in the shortest logs first; the others are packed. */
const roomForLines = 1_600_000
const markupOfALine = 100

type LinesOfEntries = Pick<ReportContent, 'lineOf' | 'packed'>

/** Everything but the lines of entries, which have to fit into the report. */
export function reportContent(
  record: RunRecord,
  entries: readonly Entry[],
  timelineSha256: string | undefined,
): Omit<ReportContent, keyof LinesOfEntries> {
  const standings = standingsOf(record)
  const entryOf = new Map(entries.map(entry => [entry.seq, entry]))
  const broken = findingsWith(record, 'fail')
  const errors = findingsWith(record, 'error')
  const undecided = findingsWith(record, 'inconclusive')
  const warnings = findingsWith(record, 'warning')
  const all = [...broken, ...errors, ...undecided, ...warnings]
  const cited = new Set(all.flatMap(({ metric }) => metric.evidence ?? []))
  const playings = shownPlayings(record.scenarios.filter(({ verdict }) => verdict !== 'not-applicable'))
  return {
    record,
    standings,
    counts: countStandings(standings.values()),
    broken,
    errors,
    undecided,
    warnings,
    playedTexts: playedTextsOf(record),
    playings,
    clauseOf: new Map(record.requirements.map(({ id, clause }) => [id, clause])),
    entryOf,
    ...shareEntries(playings, entries, entryOf),
    cited,
    timings: timingsOf(record, entries),
    timelineSha256,
  }
}

/**
 * The lines of all entries, and those logs packed that are too long to be markup.
 * @param lineLength how many characters of an entry's line are shown
 */
export function linesOfEntries(
  { cited, logs, logsOfAlike, outside }: Omit<ReportContent, keyof LinesOfEntries>,
  lineLength: number,
): LinesOfEntries {
  const texts = new Map<number, string>()
  const lineOf = (entry: Entry) => {
    const known = texts.get(entry.seq)
    if (known !== undefined) return known
    const text = shortenedText(describe(entry), lineLength)
    texts.set(entry.seq, text)
    return text
  }
  return { lineOf, packed: packLongest([...logs.values(), ...logsOfAlike.values(), outside], { cited, lineOf }) }
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

function playedTextsOf(record: RunRecord): Map<string, string> {
  const texts = playedMetrics(record).map(
    ({ scenario, metric, verdicts }) => [playedKey(scenario, metric), playingsText(verdicts)] as const,
  )
  return new Map(texts.flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])))
}

/** Each entry stands in one log only: that of the scenario that was being played, or the one outside of all. */
function shareEntries(
  playings: readonly ShownPlaying[],
  entries: readonly Entry[],
  entryOf: ReadonlyMap<number, Entry>,
): Pick<ReportContent, 'logs' | 'logsOfAlike' | 'outside'> {
  const logs = new Map<ScenarioRecord, Entry[]>()
  const logsOfAlike = new Map<ScenarioRecord, Entry[]>()
  const logOf = new Map<number, Entry[]>()
  const claim = ({ id, entries: { from, to } }: ScenarioRecord, log: Entry[]) => {
    const begun = entryOf.get(from)
    // What judges the whole run, or was not played, does not begin with its own entry.
    if (begun?.type !== 'scenario-begun' || begun.scenario !== id) return false
    for (let seq = from; seq <= to; seq++) logOf.set(seq, log)
    return true
  }
  for (const { scenario, alike } of playings) {
    const log: Entry[] = []
    if (claim(scenario, log)) logs.set(scenario, log)
    const further: Entry[] = []
    if (alike.filter(playing => claim(playing, further)).length > 0) logsOfAlike.set(scenario, further)
  }
  const outside: Entry[] = []
  for (const entry of entries) (logOf.get(entry.seq) ?? outside).push(entry)
  return { logs, logsOfAlike, outside }
}
