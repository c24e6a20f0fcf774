import type { MetricOutcome } from '../harness/verdict/metric.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'
import type { MetricRecord, RunRecord, ScenarioRecord } from './run-record.ts'
import { standingFor, standings } from './standing.ts'

/** One metric over all playings of its scenario; a run that does not repeat has one playing of each. */
export interface PlayedMetric {
  /** The playing that counts: the first of the worst. */
  scenario: ScenarioRecord
  /** What was judged there. */
  metric: MetricRecord
  /** The verdicts of all playings, in their order. */
  verdicts: Verdict[]
  /** The first playing with a known failure, where another one counts. */
  besides?: { scenario: ScenarioRecord; metric: MetricRecord }
}

/** Every metric once, in the order in which they were judged first. A breach counts more than an error of ours, unless it is known. */
export function playedMetrics({ scenarios }: Pick<RunRecord, 'scenarios'>): PlayedMetric[] {
  const played = new Map<string, PlayedMetric>()
  for (const scenario of scenarios)
    for (const metric of scenario.metrics) {
      const key = playedKey(scenario, metric)
      const until = played.get(key)
      const verdicts = [...(until?.verdicts ?? []), metric.verdict]
      const isWorse = until === undefined || weight(metric) < weight(until.metric)
      const known = [until?.besides, until, { scenario, metric }].find(playing => playing?.metric.known)
      const counts = isWorse ? { scenario, metric } : until
      const { scenario: inScenario, metric: counting } = counts
      played.set(key, {
        ...{ scenario: inScenario, metric: counting, verdicts },
        ...(known && !counting.known ? { besides: { scenario: known.scenario, metric: known.metric } } : {}),
      })
    }
  return [...played.values()]
}

/** Tells metrics of different scenarios apart, and is the same for all playings. */
export const playedKey = ({ id }: Pick<ScenarioRecord, 'id'>, { name }: Pick<MetricOutcome, 'name'>) => `${id} ${name}`

/** How often what, where there is more than one playing: `3 of 5 failed, 2 kept`. */
export function playingsText(verdicts: readonly Verdict[]): string | undefined {
  if (verdicts.length < 2) return undefined
  const different = [...new Set(verdicts)].sort((a, b) => rank(a) - rank(b))
  const counted = different.map(verdict => {
    const count = verdicts.filter(other => other === verdict).length
    return `${count}${verdict === different[0] ? ` of ${verdicts.length}` : ''} ${words[verdict]}`
  })
  return counted.join(', ')
}

const words: Record<Verdict, string> = {
  fail: 'failed',
  error: 'hit an error of ours',
  inconclusive: 'undecided',
  warning: 'with a warning',
  pass: 'kept',
  'not-asked': 'not asked',
  'not-applicable': 'not applicable',
  none: 'not judged',
}

/** A known failure gives way to any other one, and to what is undecided or an error of ours. */
const weight = ({ verdict, known }: MetricRecord) => (known ? rank('inconclusive') + 0.5 : rank(verdict))

const rank = (verdict: Verdict) => standings.indexOf(standingFor(verdict))
