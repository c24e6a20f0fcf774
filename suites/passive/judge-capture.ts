import type { Scenario, ScenarioOutcome } from '../../harness/scenario.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import { entriesOf } from '../../harness/timeline/timeline.ts'
import { type MetricOutcome, metricJudge } from '../../harness/verdict/metric.ts'
import { worst } from '../../harness/verdict/verdict.ts'
import { scenarios } from '../scenarios.ts'
import { readCapture } from './capture.ts'
import { hasUnreadStream, readCountsAfterSuccess, readForced } from './informs.ts'
import { findOccasions, type Occasions, type Recogniser } from './occasion.ts'
import { judgeReadings } from './reading.ts'
import { recognisers } from './recognisers.ts'

/**
 * Judges what a capture between any ACS and any device happens to show: every invariant, and of each scenario the
 * metrics whose stimulus is found in it, although nobody played the scenario. The rest is not asked. Pure, and linear
 * in the number of entries.
 * @param entries what was read from the capture, from `run-started` on
 * @param judgedInvariants what the rules that hold at all times say of these entries
 */
export function judgeCapture(entries: readonly Entry[], judgedInvariants: ScenarioOutcome): ScenarioOutcome[] {
  const occasions = findOccasions(readCapture(entries))
  const span = { from: entries[0]?.seq ?? 0, to: entries.at(-1)?.seq ?? 0 }
  return [
    ...scenarios.map(scenario => judgePassively(scenario, occasions, span)),
    invariantsOfCapture(judgedInvariants, occasions),
  ]
}

const notToBeSeen =
  'The capture holds no occasion to judge this: it takes a conversation that connreq makes itself (connreq run).'

function judgePassively(
  scenario: Scenario,
  occasions: Occasions,
  entries: ScenarioOutcome['entries'],
): ScenarioOutcome {
  const { id, title, purpose } = scenario
  const properties: Record<string, string> = {}
  const metrics = Object.entries(scenario.metrics).map(([name, metric]): MetricOutcome => {
    const judge = metricJudge(name, metric)
    const recogniser: Recogniser | undefined = recognisers[id]?.[name]
    if (recogniser !== undefined)
      judgeReadings(
        judge,
        recogniser.read(occasions, metric, (property, value) => {
          properties[property] = value
        }),
      )
    judge.notAsked(recogniser === undefined ? notToBeSeen : `The capture holds no ${recogniser.of}.`)
    return judge.outcome()
  })
  const verdict = worst(metrics.map(metric => metric.verdict))
  const base = { id, title, purpose, repetition: 1, verdict, metrics, properties, steps: [], watches: [], entries }
  return verdict === 'not-asked' ? { ...base, reason: 'The capture holds nothing that this scenario asks.' } : base
}

/** Rules of which a capture knows less than a run: what a run learns by its probe, and when a device cannot reach it. */
const lessKnown: Record<string, Recogniser> = {
  forced: { of: 'Inform with parameters of a known data model', read: ({ capture }) => readForced(capture) },
  retryCount: {
    of: 'session that followed one that succeeded',
    read: ({ capture }) => readCountsAfterSuccess(capture),
  },
}

/** What did not arise in a run is undecided; in a capture nobody asked for it. */
function invariantsOfCapture(judged: ScenarioOutcome, occasions: Occasions): ScenarioOutcome {
  // The comments of a capture of our own tell of its probe too.
  const isProbed = entriesOf(occasions.capture.timeline, 'probed').length > 0
  const metrics = judged.metrics.map((outcome): MetricOutcome => {
    const { name, requirement, severity, sentence, verdict, reason, evidence } = outcome
    const metric = { requirement, severity, sentence }
    const recogniser = isProbed ? undefined : lessKnown[name]
    const judge = metricJudge(name, metric)
    if (recogniser !== undefined) {
      judgeReadings(
        judge,
        recogniser.read(occasions, metric, () => undefined),
      )
      judge.notAsked(`The capture holds no ${recogniser.of}.`)
      return judge.outcome()
    }
    const unasked = verdict === 'not-applicable' || (verdict === 'inconclusive' && evidence === undefined)
    if (name === 'jabberId' && verdict === 'fail' && hasUnreadStream(occasions.capture)) {
      judge.inconclusive('A stream of the device could not be read; the JID may be that of another account.', outcome)
      return judge.outcome()
    }
    if (!unasked) return outcome
    judge.notAsked(`The capture holds no occasion to judge this. ${reason ?? ''}`.trimEnd())
    return judge.outcome()
  })
  return { ...judged, metrics, verdict: worst(metrics.map(({ verdict }) => verdict)) }
}
