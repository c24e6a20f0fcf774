import type { RunRecord } from '../run-record.ts'
import { type Standing, standingsOf } from '../standing.ts'
import {
  type MetricChange,
  type RequirementChange,
  type RequirementChangeKind,
  requirementChangeKinds,
} from './comparison.ts'
import { type RepeatedMetric, repeatedMetrics } from './metric-states.ts'

/** Every requirement whose standing differs, and those that are broken by other metrics than before. */
export function requirementChanges(
  before: RunRecord,
  after: RunRecord,
): Record<RequirementChangeKind, RequirementChange[]> {
  const changes = Object.fromEntries(requirementChangeKinds.map(kind => [kind, []])) as unknown as Record<
    RequirementChangeKind,
    RequirementChange[]
  >
  const [old, now] = [byRequirement(before), byRequirement(after)]
  for (const id of new Set([...now.keys(), ...old.keys()])) {
    const [was, is] = [old.get(id), now.get(id)]
    const record = (is ?? was)?.record
    if (!record) continue
    const [from, to] = [was?.standing ?? 'untested', is?.standing ?? 'untested']
    const metrics = accountable(changedMetrics(was?.metrics, is?.metrics), from, to)
    const kind = from === 'broken' && to === 'broken' && metrics.length > 0 ? 'brokenOtherwise' : kindOf(from, to)
    if (!kind) continue
    const { clause, level, sentence } = record
    const [reasonBefore, reasonAfter] = [was?.record.reason, is?.record.reason ?? (is ? undefined : unknownThere)]
    changes[kind].push({
      ...{ id, clause, level, sentence, before: from, after: to },
      ...(is?.record.known ? { known: is.record.known } : {}),
      ...(reasonBefore === undefined ? {} : { reasonBefore }),
      ...(reasonAfter === undefined ? {} : { reasonAfter }),
      metrics,
    })
  }
  return changes
}

const unknownThere = 'The version of connreq that judged the run does not have it.'

/** What a change from one standing to another means; nothing for the same standing. */
export function kindOf(before: Standing, after: Standing): RequirementChangeKind | undefined {
  if (before === after) return undefined
  if (after === 'broken') return 'newlyBroken'
  if (after === 'undecided' || after === 'error') return 'newlyUndecided'
  if (after === 'untested') return 'noLongerTested'
  if (after === 'not-applicable') return 'becameNotApplicable'
  if (before === 'broken') return 'repaired'
  if (after === 'warning') return 'warningsCame'
  switch (before) {
    case 'undecided':
    case 'error':
      return 'newlyDecided'
    case 'warning':
      return 'warningsWent'
    case 'untested':
      return 'newlyTested'
    case 'not-applicable':
      return 'becameApplicable'
    default:
      return 'otherBranch'
  }
}

function byRequirement(run: RunRecord) {
  const standings = standingsOf(run)
  const metrics = new Map<string, Map<string, RepeatedMetric>>()
  for (const [key, metric] of repeatedMetrics(run)) {
    const ofRequirement = metrics.get(metric.requirement) ?? new Map<string, RepeatedMetric>()
    metrics.set(metric.requirement, ofRequirement.set(key, metric))
  }
  return new Map(
    run.requirements.map(record => [
      record.id,
      { record, standing: standings.get(record.id) ?? 'untested', metrics: metrics.get(record.id) },
    ]),
  )
}

type Metrics = ReadonlyMap<string, RepeatedMetric> | undefined

function changedMetrics(before: Metrics, after: Metrics): MetricChange[] {
  return [...new Set([...(after?.keys() ?? []), ...(before?.keys() ?? [])])].flatMap(key => {
    const [was, is] = [before?.get(key), after?.get(key)]
    const metric = is ?? was
    if (!metric || was?.state.standing === is?.state.standing) return []
    const { scenario, name, requirement, sentence } = metric
    return {
      ...{ scenario, name, requirement, sentence },
      ...(was ? { before: was.state } : {}),
      ...(is ? { after: is.state } : {}),
    }
  })
}

/** Those that gave the requirement its standing, then or now. */
const accountable = (metrics: readonly MetricChange[], before: Standing, after: Standing) =>
  metrics.filter(metric => metric.before?.standing === before || metric.after?.standing === after)
