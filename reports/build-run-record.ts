import type { Entry, EntryOf, EntryType } from '../harness/timeline/entry.ts'
import { gapsIn } from '../harness/timeline/gaps.ts'
import { entriesOf, strictlyBetween, timelineOf } from '../harness/timeline/timeline.ts'
import type { ScenarioOutcome } from '../harness/scenario.ts'
import type { Requirement } from '../harness/verdict/requirement.ts'
import { withShapesOnce } from './baseline/broken-metrics.ts'
import { beneathKnownIn } from './beneath-known.ts'
import { againstBaseline } from './baseline/baseline-record.ts'
import { deviceIdentity } from './device-identity.ts'
import { propertiesOf } from './properties.ts'
import { remarksOf } from './remarks.ts'
import { lookedAt, requirementRecord } from './requirement-record.ts'
import type { RunRecord, ScenarioRecord } from './run-record.ts'
import { judgeRun } from './run-verdict.ts'
import { suspensionSentence } from './suspensions.ts'
import { countStandings, standingsOf } from './standing.ts'

export interface RunEvidence {
  /** The whole timeline, from `run-started` on. */
  entries: readonly Entry[]
  /** The catalogue. */
  requirements: readonly Requirement[]
  /** One for each scenario and repetition, also for those not played. */
  outcomes: readonly ScenarioOutcome[]
  /** By requirement id: the faults of the simulated device that its checks were seen to catch. */
  provenBy: ReadonlyMap<string, readonly string[]>
}

/**
 * Everything a report says, from the timeline and the judges' outcomes. Pure: the same evidence gives the same record.
 * @throws Error when the timeline has no `run-started` entry, so that nothing can be dated
 */
export function buildRunRecord({ entries, requirements, outcomes, provenBy }: RunEvidence): RunRecord {
  const start = first(entries, 'run-started')
  if (!start) throw new Error('The timeline has no run-started entry: it is not the timeline of a run.')
  const durationMs = (entries.at(-1)?.at ?? start.at) - start.at
  const ended = endOf(entries)
  const looked = lookedAt(outcomes)
  const {
    scenarios,
    requirements: requirementRecords,
    baseline,
  } = againstBaseline({
    profile: start.profile,
    startedAt: start.wallTime,
    clock: start.clock,
    simulated: start.simulated !== undefined,
    device: deviceIdentity(entries, start.profile),
    earlier: first(entries, 'baseline'),
    scenarios: outcomes.map(outcome => scenarioRecord(outcome, entries)),
    requirements: requirements.map(requirement =>
      requirementRecord(
        requirement,
        looked.get(requirement.id) ?? [],
        provenBy.get(requirement.id) ?? [],
        unplayedReason(ended),
      ),
    ),
  })
  const probe = first(entries, 'probed')?.probe
  return {
    schema: 'connreq/run/1',
    tool: start.tool,
    device: deviceIdentity(entries, start.profile),
    profile: start.profile,
    ...(start.profilePath === undefined ? {} : { profilePath: start.profilePath }),
    probe: probe ?? null,
    clock: start.clock,
    startedAt: start.wallTime,
    finishedAt: new Date(Date.parse(start.wallTime) + durationMs).toISOString(),
    durationMs,
    ended,
    ...judgeRun({
      counts: countStandings(standingsOf({ requirements: requirementRecords, scenarios }).values()),
      left: requirementRecords.filter(({ verdict, untested }) => verdict === 'none' && !untested).length,
      known: requirementRecords.filter(({ known }) => known).length,
      beneath: beneathKnownIn({ requirements: requirementRecords, scenarios }),
      otherErrors: errorsBesidesRequirements(entries, outcomes),
      nothingApplied: nothingApplied(entries),
      ended,
      clock: start.clock,
      captured: start.captured !== undefined,
      unwatched: suspensionSentence(entries),
      ...(start.shard ? { shard: start.shard } : {}),
    }),
    requirements: requirementRecords,
    scenarios,
    notApplicable: notApplicable(entries),
    limits: limitsUsed(entries, outcomes),
    properties: propertiesOf(outcomes),
    remarks: remarksOf(entries),
    ...(start.captured ? { captured: start.captured } : {}),
    ...(start.shard ? { shard: start.shard } : {}),
    ...(start.shelf ? { shelf: start.shelf } : {}),
    ...(start.suites ? { suites: start.suites.map(({ name, folder }) => ({ name, folder })) } : {}),
    lab: {
      node: start.node,
      platform: start.platform,
      ...(start.simulated ? { simulated: start.simulated } : {}),
    },
    timing: {
      lowerBoundMs: sum(all(entries, 'planned').map(plan => (plan.applies ? plan.windowsMs : 0))),
      loopDelayMaxMs: all(entries, 'loop-delay').reduce((most, { maxMs }) => Math.max(most, maxMs), 0),
    },
    ...(baseline ? { baseline } : {}),
  }
}

const all = <T extends EntryType>(entries: readonly Entry[], type: T) => entriesOf(timelineOf(entries), type)

function first<T extends EntryType>(entries: readonly Entry[], type: T): EntryOf<T> | undefined {
  return entries.find((entry): entry is EntryOf<T> => entry.type === type)
}

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)

function endOf(entries: readonly Entry[]): RunRecord['ended'] {
  const end = first(entries, 'run-ended')
  // A capture ends where it ends.
  if (!end && first(entries, 'run-started')?.captured) return { how: 'completed' }
  if (!end) return { how: 'killed', reason: 'The timeline ends without the end of the run.' }
  return { how: end.how, ...(end.reason === undefined ? {} : { reason: end.reason }) }
}

const unplayedReason = (ended: RunRecord['ended']) =>
  ended.how === 'completed'
    ? 'No scenario that judges it was part of this run.'
    : 'The run ended before a scenario that judges it was played.'

function scenarioRecord(outcome: ScenarioOutcome, entries: readonly Entry[]): ScenarioRecord {
  const atOf = (seq: number) => strictlyBetween(timelineOf(entries), seq - 1, seq + 1).entries[0]?.at
  const begun = atOf(outcome.entries.from)
  const ended = atOf(outcome.entries.to)
  const metrics = outcome.metrics.map(withShapesOnce)
  return {
    ...outcome,
    metrics,
    durationMs: begun === undefined || ended === undefined ? 0 : Math.max(0, ended - begun),
  }
}

/**
 * Errors that would go unseen if only requirements were counted: outside any scenario, in one without an error metric,
 * or that somebody damaged the timeline.
 */
function errorsBesidesRequirements(entries: readonly Entry[], outcomes: readonly ScenarioOutcome[]): number {
  const outside = all(entries, 'harness-error').filter(({ scenario }) => scenario === undefined).length
  const inside = outcomes.filter(
    ({ verdict, metrics }) => verdict === 'error' && metrics.every(metric => metric.verdict !== 'error'),
  ).length
  return outside + inside + gapsIn(entries).length
}

function notApplicable(entries: readonly Entry[]): RunRecord['notApplicable'] {
  return all(entries, 'planned')
    .filter(plan => !plan.applies)
    .map(({ scenario, reason, wouldApplyIf }) => ({
      id: scenario,
      reason: reason ?? 'No reason was given.',
      ...(wouldApplyIf === undefined ? {} : { wouldApplyIf }),
    }))
}

/** Scenarios were asked for, and not one of them applied to the device: what was judged besides is not what was asked. */
function nothingApplied(entries: readonly Entry[]): boolean {
  const planned = all(entries, 'planned')
  return planned.length > 0 && planned.every(({ applies }) => !applies)
}

/** Those by which windows were kept, and those against which something was measured. */
function limitsUsed(entries: readonly Entry[], outcomes: readonly ScenarioOutcome[]): RunRecord['limits'] {
  const kept = all(entries, 'limit-used').map(({ name, ms, source, why }) => ({ name, ms, source, why }))
  const measured = outcomes.flatMap(({ metrics }) =>
    metrics.flatMap(({ requirement, sentence, limit }) =>
      limit === undefined ? [] : { name: `${requirement}: ${sentence}`, ...limit },
    ),
  )
  const limits = [...kept, ...measured]
  return [...new Map(limits.map(limit => [JSON.stringify(limit), limit])).values()]
}
