import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Attachment, Stage, Status, type StepResult, type TestResult } from 'allure-js-commons'
import type { Entry } from '../../harness/timeline/entry.ts'
import type { MetricRecord, RunRecord, ScenarioRecord } from '../run-record.ts'
import { type AllureAttachment, type AllureContent, allureContent } from './allure-content.ts'
import { allureStatus, statusDetails } from './metric-details.ts'

/** Inside a run directory. */
export const allureFolder = 'allure-results'

/**
 * Writes what Allure is told of a run, a result a metric, into `allure-results` of its directory, in the place of
 * those that are there; the folder appears whole or not at all. The same record gives the same files. In the format of
 * allure-js-commons, without its flushing of every single file, which takes seconds.
 * @throws Error of node:fs when the directory cannot be written
 */
export function writeAllureResults(runDirectory: string, record: RunRecord, entries: readonly Entry[]): string {
  const folder = join(runDirectory, allureFolder)
  const unfinished = `${folder}.unfinished`
  const clear = () => rmSync(unfinished, { recursive: true, force: true })
  clear()
  try {
    writeResults(unfinished, record, entries)
    rmSync(folder, { recursive: true, force: true })
    renameSync(unfinished, folder)
  } catch (error) {
    clear()
    throw error
  }
  return folder
}

function writeResults(folder: string, record: RunRecord, entries: readonly Entry[]): void {
  mkdirSync(folder)
  const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
  const written = new Set<string>()
  const attach = (scenario: ScenarioRecord, { name, type, fileExtension, content }: AllureAttachment): Attachment => {
    const source = `${idOf(`${scenario.id}/${scenario.repetition}/${name}`)}-attachment${fileExtension}`
    if (!written.has(source)) write(source, content())
    written.add(source)
    return { name, type, source }
  }
  const requirements = new Map(record.requirements.map(requirement => [requirement.id, requirement]))
  const zero = timelineZero(record, entries)
  for (const scenario of record.scenarios) {
    const time = timesOf(scenario, entries, zero)
    for (const metric of scenario.metrics) {
      const requirement = requirements.get(metric.requirement)
      if (!requirement) continue
      const content = allureContent({ scenario, metric, requirement, entries })
      const attachments = content.attachments.map(attachment => attach(scenario, attachment))
      const result = resultOf({ scenario, metric, content, attachments, zero, time })
      write(`${result.uuid}-result.json`, JSON.stringify(result))
    }
  }
}

/** The wall-clock time at which the timeline's clock showed 0, in milliseconds. */
function timelineZero({ startedAt }: RunRecord, entries: readonly Entry[]): number {
  const started = entries.find(({ type }) => type === 'run-started')
  return Date.parse(startedAt) - (started?.at ?? 0)
}

function timesOf({ entries: { from, to } }: ScenarioRecord, entries: readonly Entry[], zero: number) {
  const atOf = (seq: number) => Math.round(zero + (entries.find(entry => entry.seq === seq)?.at ?? 0))
  return { start: atOf(from), stop: atOf(to) }
}

function resultOf(result: {
  scenario: ScenarioRecord
  metric: MetricRecord
  content: AllureContent
  attachments: Attachment[]
  zero: number
  time: { start: number; stop: number }
}): TestResult {
  const { scenario, metric, content, attachments, zero, time } = result
  const { epic, feature, story, tags, severity } = content
  return {
    uuid: idOf(content.historyId),
    name: content.name,
    fullName: `connreq#${content.historyId}`,
    testCaseId: content.testCaseId,
    historyId: content.historyId,
    titlePath: ['connreq', story],
    description: content.description,
    status: allureStatus[metric.verdict],
    statusDetails: { ...statusDetails(metric), ...(metric.known ? { known: true } : {}) },
    stage: Stage.FINISHED,
    steps: content.steps.map(step => stepOf(step, zero)),
    attachments,
    parameters: scenario.repetition > 1 ? [{ name: 'repetition', value: String(scenario.repetition) }] : [],
    labels: [
      { name: 'framework', value: 'connreq' },
      { name: 'parentSuite', value: story },
      { name: 'epic', value: epic },
      { name: 'feature', value: feature },
      { name: 'story', value: story },
      ...tags.map(value => ({ name: 'tag', value })),
      { name: 'severity', value: severity },
    ],
    links: [],
    ...time,
  }
}

const stepOf = ({ text, from, to }: AllureContent['steps'][number], zero: number): StepResult => ({
  name: text,
  status: Status.PASSED,
  statusDetails: {},
  stage: Stage.FINISHED,
  steps: [],
  attachments: [],
  parameters: [],
  start: Math.round(zero + from),
  stop: Math.round(zero + to),
})

/** In the form of a UUID, and always the same for the same thing. */
function idOf(what: string): string {
  const hash = createHash('sha256').update(what).digest('hex')
  return [8, 12, 16, 20, 32].map((end, index) => hash.slice([0, 8, 12, 16, 20][index], end)).join('-')
}
