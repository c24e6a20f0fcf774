import type { Entry } from '../../harness/timeline/entry.ts'
import { type FindingInScenario, findingsWith } from '../findings.ts'
import { playedKey, playedMetrics, playingsText } from '../playings.ts'
import type { RunRecord, ScenarioRecord } from '../run-record.ts'
import { countStandings, type Standing, type StandingCounts, standingsOf } from '../standing.ts'

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
  entryOf: ReadonlyMap<number, Entry>
  /** The entries of each scenario that was played. */
  logs: ReadonlyMap<ScenarioRecord, Entry[]>
  /** The entries before, between and after the scenarios. */
  outside: Entry[]
  /** Numbers of the entries that findings cite. */
  cited: ReadonlySet<number>
  /** How many characters of an entry's line are shown. */
  lineLength: number
}

export function reportContent(record: RunRecord, entries: readonly Entry[], lineLength: number): ReportContent {
  const standings = standingsOf(record)
  const entryOf = new Map(entries.map(entry => [entry.seq, entry]))
  const broken = findingsWith(record, 'fail')
  const errors = findingsWith(record, 'error')
  const undecided = findingsWith(record, 'inconclusive')
  const warnings = findingsWith(record, 'warning')
  const all = [...broken, ...errors, ...undecided, ...warnings]
  return {
    record,
    standings,
    counts: countStandings(standings.values()),
    broken,
    errors,
    undecided,
    warnings,
    playings: playingsOf(record),
    entryOf,
    ...shareEntries(record, entries, entryOf),
    cited: new Set(all.flatMap(({ metric }) => metric.evidence ?? [])),
    lineLength,
  }
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
