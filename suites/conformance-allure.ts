import * as allure from 'allure-js-commons'
import type { ScenarioOutcome } from '../harness/scenario.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import type { MetricOutcome } from '../harness/verdict/metric.ts'
import { allureContent } from '../reports/allure/allure-content.ts'
import { requirement } from './catalogue/catalogue.ts'

/** Tells Allure of one metric while the run goes on. Everything is taken from redacted entries. */
export async function tellAllure(
  scenario: ScenarioOutcome,
  metric: MetricOutcome,
  entries: readonly Entry[],
): Promise<void> {
  const content = allureContent({ scenario, metric, requirement: requirement(metric.requirement), entries })
  await allure.testCaseId(content.testCaseId)
  await allure.historyId(content.historyId)
  await allure.epic(content.epic)
  await allure.feature(content.feature)
  await allure.story(content.story)
  await allure.tags(...content.tags)
  await allure.severity(content.severity)
  await allure.description(content.description)
  for (const { text } of content.steps) await allure.logStep(text)
  for (const { name, type, content: made } of content.attachments) await allure.attachment(name, made(), type)
}
