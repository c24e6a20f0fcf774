import { besideRefusals } from './refusals.ts'
import type { Scenario, ScenarioOutcome } from './scenario.ts'
import { besideSuspension, type Suspension, suspensionDuring } from './suspension.ts'
import type { Entry, EntryOf } from './timeline/entry.ts'
import { gapText, isOfCapture, missingBetween } from './timeline/gaps.ts'
import { withoutOtherDevices } from './timeline/other-devices.ts'
import { entriesOf, strictlyBetween, timelineOf } from './timeline/timeline.ts'
import { metricJudge, type MetricOutcome, notLookedAt } from './verdict/metric.ts'
import { worst } from './verdict/verdict.ts'

/** One playing of a scenario, as a stretch of the timeline. */
interface Playing {
  begun: EntryOf<'scenario-begun'>
  ended: EntryOf<'scenario-ended'> | undefined
  entries: Entry[]
}

/**
 * Judges every playing of a scenario from the run's entries alone: pure, so that a recorded run gives the same
 * verdicts again. A scenario that does not apply to the device gives one outcome with its metrics not applicable,
 * one that was left out gives none.
 */
export function judgeScenario(scenario: Scenario, entries: readonly Entry[]): ScenarioOutcome[] {
  const played = playings(scenario.id, entries)
  const isWhole = !isOfCapture(entries)
  if (played.length > 0) return played.map(playing => judgePlaying(scenario, { ...playing, isWhole }, entries))
  const planned = entriesOf(timelineOf(entries), 'planned').find(entry => entry.scenario === scenario.id)
  return planned === undefined || planned.applies || planned.leftOut ? [] : [notPlayed(scenario, planned)]
}

/** The stretches between `scenario-begun` and `scenario-ended`; the last may lack its end when the run was cut off. */
function playings(id: string, entries: readonly Entry[]): Playing[] {
  const timeline = timelineOf(entries)
  const allBegun = entriesOf(timeline, 'scenario-begun')
  const allEnded = entriesOf(timeline, 'scenario-ended')
  let next = 0
  return allBegun.flatMap((begun, index) => {
    if (begun.scenario !== id) return []
    while ((allEnded[next]?.seq ?? begun.seq) < begun.seq) next++
    const following = allBegun[index + 1]?.seq ?? Number.POSITIVE_INFINITY
    const end = allEnded[next]
    const ended = end !== undefined && end.seq < following ? end : undefined
    const stretch = strictlyBetween(timeline, begun.seq - 1, ended === undefined ? following : ended.seq + 1)
    return [{ begun, ended, entries: [...stretch.entries] }]
  })
}

function judgePlaying(
  scenario: Scenario,
  { begun, ended, entries, isWhole }: Playing & { isWhole: boolean },
  run: readonly Entry[],
): ScenarioOutcome {
  const properties: Record<string, string> = {}
  const judges = Object.fromEntries(
    Object.entries(scenario.metrics).map(([name, metric]) => [name, metricJudge(name, metric)]),
  )
  const suspension = suspensionDuring(scenario, entries, run)
  const damage = isWhole ? damageIn(entries) : undefined
  const broken = damage ?? (suspension?.ours ? busy(suspension) : brokenOff(ended, entries))
  const told = suspension === undefined ? judges : besideSuspension(judges, suspension, entries)
  const own = withoutOtherDevices(entries, run)
  try {
    scenario.judge(own, isWhole ? besideRefusals(told, own) : told, (name, value) => {
      properties[name] = value
    })
  } catch (error) {
    for (const judge of Object.values(judges)) judge.error(`The judge itself failed: ${(error as Error).message}`)
  }
  const metrics = Object.values(judges).map(judge => {
    if (broken?.harnessFault) judge.error(broken.reason)
    const outcome = judge.outcome()
    // Nobody looked because the conversation ended before it: not our error, and no verdict on the device. Of a
    // scenario that was stopped nothing counts, because what was still to come might have been right or wrong.
    const unlooked = broken && outcome.reason === notLookedAt
    if (suspension && !broken?.harnessFault && outcome.reason === notLookedAt)
      return { ...outcome, verdict: 'inconclusive', reason: suspension.reason } satisfies MetricOutcome
    if (!unlooked && !broken?.stopped) return outcome
    if (broken.stopped && ['error', 'not-applicable', 'not-asked'].includes(outcome.verdict) && !unlooked)
      return outcome
    return { ...outcome, verdict: 'inconclusive', reason: broken.reason } satisfies MetricOutcome
  })
  const reason = suspension?.reason ?? broken?.reason
  return {
    ...describeScenario(scenario),
    repetition: begun.repetition,
    verdict: worst(metrics.map(metric => metric.verdict)),
    ...(reason === undefined ? {} : { reason }),
    metrics,
    properties,
    steps: pairs(entries, 'step-begun', 'step-ended').map(({ from, to }) => ({ text: from.text, from: from.at, to })),
    watches: pairs(entries, 'watch-begun', 'watch-ended').map(({ from, to }) => ({ for: from.for, from: from.at, to })),
    entries: { from: begun.seq, to: entries.at(-1)?.seq ?? begun.seq },
  }
}

/** Why a playing did not come to its end as it should have. */
interface Broken {
  reason: string
  harnessFault: boolean
  stopped: boolean
}

function damageIn(entries: readonly Entry[]): Broken | undefined {
  const [gap] = missingBetween(entries)
  return gap && { reason: `${gapText(gap)}: it is damaged.`, harnessFault: true, stopped: false }
}

/** What we ourselves kept waiting may have been given up, or measured wrongly: whatever was seen. */
const busy = ({ reason }: Suspension): Broken => ({ reason, harnessFault: true, stopped: false })

function brokenOff(ended: EntryOf<'scenario-ended'> | undefined, entries: readonly Entry[]): Broken | undefined {
  const error = entriesOf(timelineOf(entries), 'harness-error')[0]
  if (error) return { reason: `The harness failed: ${error.message}`, harnessFault: true, stopped: false }
  if (ended === undefined)
    return { reason: 'The run was cut off during this scenario.', harnessFault: false, stopped: true }
  if (ended.how === 'completed') return undefined
  const reason = ended.reason ?? 'The scenario did not come to its end.'
  return { reason, harnessFault: false, stopped: ended.how === 'interrupted' }
}

function notPlayed(scenario: Scenario, planned: EntryOf<'planned'>): ScenarioOutcome {
  const reason = planned.reason ?? 'It does not apply to this device.'
  const more = planned.wouldApplyIf === undefined ? { reason } : { reason, wouldApplyIf: planned.wouldApplyIf }
  return {
    ...describeScenario(scenario),
    repetition: 1,
    verdict: 'not-applicable',
    reason,
    metrics: Object.entries(scenario.metrics).map(([name, metric]) => ({
      name,
      ...metric,
      verdict: 'not-applicable',
      ...more,
    })),
    properties: {},
    steps: [],
    watches: [],
    entries: { from: planned.seq, to: planned.seq },
  }
}

const describeScenario = ({ id, title, purpose }: Scenario) => ({ id, title, purpose })

/** Beginnings with the time of their ends; what never ended, ends with the stretch. */
function pairs<B extends 'step-begun' | 'watch-begun'>(
  entries: readonly Entry[],
  begin: B,
  end: 'step-ended' | 'watch-ended',
): { from: EntryOf<B>; to: number }[] {
  const nameOf = (entry: Entry) => ('text' in entry ? entry.text : 'for' in entry ? entry.for : undefined)
  const ends = entries.filter(entry => entry.type === end)
  return entriesOf(timelineOf(entries), begin).map(from => {
    const begun: Entry = from
    const to = ends.find(entry => entry.seq > begun.seq && nameOf(entry) === nameOf(begun))
    return { from, to: to?.at ?? entries.at(-1)?.at ?? begun.at }
  })
}
