import * as allure from 'allure-js-commons'
import type { ScenarioOutcome } from '../harness/scenario.ts'
import { describe } from '../harness/timeline/describe.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import type { MetricOutcome } from '../harness/verdict/metric.ts'
import { requirement } from './catalogue/catalogue.ts'

const severities = { must: 'critical', 'weak-must': 'normal', should: 'minor' } as const
const quiet: readonly string[] = ['pass', 'not-asked', 'not-applicable']

/**
 * Tells Allure of one metric: epic transport, feature clause, story scenario, the scenario's steps, and its wire log
 * where there is something to look into. Everything is taken from redacted entries.
 */
export async function tellAllure(
  outcome: ScenarioOutcome,
  metric: MetricOutcome,
  entries: readonly Entry[],
): Promise<void> {
  const { clause, level, sentence } = requirement(metric.requirement)
  // By our own ids: those that Allure derives depend on where ConnReq is installed.
  await allure.testCaseId(`${outcome.id}/${metric.name}`)
  await allure.historyId(`${outcome.id}/${metric.name}/${outcome.repetition}`)
  await allure.epic(epicOf(outcome.id))
  await allure.feature(clause)
  await allure.story(`${outcome.id}: ${outcome.title}`)
  await allure.tags(metric.requirement, level, metric.verdict)
  await allure.severity(severities[metric.severity])
  await allure.description(`${outcome.purpose}\n\n${metric.requirement} (${clause}, ${level}): ${sentence}`)
  for (const { text } of outcome.steps) await allure.logStep(text)
  if (!quiet.includes(metric.verdict)) await allure.attachment('wire log', wireLog(outcome, entries), 'text/plain')
}

const epics = new Map([
  ['http', 'Connection Request by HTTP'],
  ['xmpp', 'Connection Request by XMPP'],
  ['udp', 'Connection Request by UDP'],
])

const epicOf = (scenario: string) => epics.get(scenario.split('-')[0] ?? '') ?? 'CWMP sessions and events'

function wireLog({ entries: { from, to } }: ScenarioOutcome, entries: readonly Entry[]): string {
  const lines = entries
    .slice(from - 1, to)
    .map(
      entry => `${String(entry.seq).padStart(6)}  ${(entry.at / 1000).toFixed(3).padStart(10)} s  ${describe(entry)}`,
    )
  return `${lines.join('\n')}\n`
}
