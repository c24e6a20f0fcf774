import type { ScenarioOutcome } from '../../harness/scenario.ts'
import { describe } from '../../harness/timeline/describe.ts'
import type { Entry } from '../../harness/timeline/entry.ts'
import type { Requirement } from '../../harness/verdict/requirement.ts'
import type { Verdict } from '../../harness/verdict/verdict.ts'
import { renderDiagramSvg } from '../diagram/render-diagram-svg.tsx'
import type { MetricRecord } from '../run-record.ts'

/** One metric that is told to Allure, with where it was judged. */
export interface AllureSubject {
  scenario: ScenarioOutcome
  metric: MetricRecord
  requirement: Pick<Requirement, 'clause' | 'level' | 'sentence'>
  /** The whole timeline, redacted. */
  entries: readonly Entry[]
}

/** A file that lies beside a result. */
export interface AllureAttachment {
  name: string
  type: 'text/plain' | 'image/svg+xml'
  fileExtension: '.txt' | '.svg'
  content: () => string
}

/** What Allure is told of a metric, whether while the run goes on or from its record. */
export interface AllureContent {
  name: string
  /** Our own ids: those that Allure derives depend on where ConnReq is installed. */
  testCaseId: string
  historyId: string
  /** The transport. */
  epic: string
  /** The clause. */
  feature: string
  /** The scenario. */
  story: string
  tags: string[]
  severity: 'critical' | 'normal' | 'minor'
  description: string
  /** Begin and end in milliseconds on the timeline's clock. */
  steps: { text: string; from: number; to: number }[]
  /** The wire log and the sequence diagram, where there is something to look into. */
  attachments: AllureAttachment[]
}

const severities = { must: 'critical', 'weak-must': 'normal', should: 'minor' } as const
const quiet: readonly Verdict[] = ['pass', 'not-asked', 'not-applicable']

/** What there is to tell Allure: epic transport, feature clause, story scenario, its steps, wire log and diagram. */
export function allureContent({ scenario, metric, requirement, entries }: AllureSubject): AllureContent {
  const { clause, level, sentence } = requirement
  const id = `${scenario.id}/${metric.name}`
  return {
    name: `${metric.requirement} ${metric.sentence}`,
    testCaseId: id,
    historyId: `${id}/${scenario.repetition}`,
    epic: epics.get(scenario.id.split('-')[0] ?? '') ?? 'CWMP sessions and events',
    feature: clause,
    story: `${scenario.id}: ${scenario.title}`,
    tags: [metric.requirement, level, metric.verdict],
    severity: severities[metric.severity],
    description: `${scenario.purpose}\n\n${metric.requirement} (${clause}, ${level}): ${sentence}`,
    steps: scenario.steps,
    attachments: quiet.includes(metric.verdict) ? [] : attachmentsOf(scenario, entries),
  }
}

const epics = new Map([
  ['http', 'Connection Request by HTTP'],
  ['xmpp', 'Connection Request by XMPP'],
  ['udp', 'Connection Request by UDP'],
])

/** The same for every metric of a playing, so that a file does for all. */
function attachmentsOf(scenario: ScenarioOutcome, entries: readonly Entry[]): AllureAttachment[] {
  const { from, to } = scenario.entries
  const own = () => entries.filter(({ seq }) => seq >= from && seq <= to)
  const failed = scenario.metrics.filter(({ verdict }) => verdict === 'fail')
  const guilty = new Set(failed.flatMap(({ evidence }) => evidence ?? []))
  const diagram = () => renderDiagramSvg(own(), { guilty, title: scenario.title })
  const log: AllureAttachment = {
    name: 'wire log',
    type: 'text/plain',
    fileExtension: '.txt',
    content: () => wireLog(own()),
  }
  // What judges the whole run has no course of its own.
  if (entries.find(({ seq }) => seq === from)?.type !== 'scenario-begun') return [log]
  return [log, { name: 'sequence diagram', type: 'image/svg+xml', fileExtension: '.svg', content: diagram }]
}

function wireLog(entries: readonly Entry[]): string {
  const lines = entries.map(
    entry => `${String(entry.seq).padStart(6)}  ${(entry.at / 1000).toFixed(3).padStart(10)} s  ${describe(entry)}`,
  )
  return `${lines.join('\n')}\n`
}
