import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Status, type TestResult } from 'allure-js-commons'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildRunRecord } from '../build-run-record.ts'
import { sampleEvidence } from '../sample-run.ts'
import { writeAllureResults } from './write-allure-results.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'connreq-allure-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const evidence = sampleEvidence()
const record = buildRunRecord(evidence)

function written(changed = record): { results: TestResult[]; names: string[]; read: (name: string) => string } {
  const folder = writeAllureResults(directory, changed, evidence.entries)
  const names = readdirSync(folder).sort()
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  const results = names.filter(name => name.endsWith('-result.json')).map(name => JSON.parse(read(name)) as TestResult)
  return { results, names, read }
}

const labels = (result: TestResult | undefined, label: string) =>
  result?.labels.filter(({ name }) => name === label).map(({ value }) => value)

const metrics = record.scenarios.flatMap(scenario => scenario.metrics.map(metric => ({ scenario, metric })))
const failed = metrics.find(({ metric }) => metric.verdict === 'fail')!

test('a result a metric, with epic transport, feature clause and story scenario', () => {
  const { results } = written()
  const inCatalogue = metrics.filter(({ metric }) => record.requirements.some(({ id }) => id === metric.requirement))
  const told = inCatalogue.map(({ scenario, metric }) => `${scenario.id}/${metric.name}/${scenario.repetition}`)
  expect(new Set(results.map(({ historyId }) => historyId))).toEqual(new Set(told))
  expect(results).toHaveLength(told.length)
  const broken = results.find(({ testCaseId }) => testCaseId === `${failed.scenario.id}/${failed.metric.name}`)
  const clause = record.requirements.find(({ id }) => id === failed.metric.requirement)?.clause
  expect(labels(broken, 'epic')).toEqual(['Connection Request by HTTP'])
  expect(labels(broken, 'feature')).toEqual([clause])
  expect(labels(broken, 'story')).toEqual([`${failed.scenario.id}: ${failed.scenario.title}`])
  expect(broken?.status).toBe('failed')
  expect(broken?.statusDetails.trace).toContain(failed.metric.requirement)
})

test('verdicts in the words of Allure: an error of ours is no failure of the device', () => {
  const statusOf = new Map(written().results.map(({ historyId, status }) => [historyId, status]))
  const words = { pass: 'passed', warning: 'passed', fail: 'failed', error: 'broken' } as Record<string, string>
  const expected = metrics
    .map(({ scenario, metric }) => [`${scenario.id}/${metric.name}/${scenario.repetition}`, metric.verdict] as const)
    .filter(([id]) => statusOf.has(id))
    .map(([id, verdict]) => [id, words[verdict] ?? 'skipped'] as const)
  expect(statusOf).toEqual(new Map(expected))
  expect(new Set(statusOf.values())).toEqual(new Set(Object.values(Status)))
})

test('steps and times are those of the timeline', () => {
  const { results } = written()
  const own = results.find(({ testCaseId }) => testCaseId === `${failed.scenario.id}/${failed.metric.name}`)
  expect(own?.steps.map(({ name }) => name)).toEqual(failed.scenario.steps.map(({ text }) => text))
  expect((own?.stop ?? 0) - (own?.start ?? 0)).toBeCloseTo(failed.scenario.durationMs, -1)
  expect(own?.start).toBeGreaterThanOrEqual(Date.parse(record.startedAt))
})

test('wire log and diagram lie beside what is to be looked into, one for all metrics of a playing', () => {
  const { results, read, names } = written()
  const ofScenario = results.filter(({ testCaseId }) => testCaseId?.startsWith(`${failed.scenario.id}/`))
  const sources = new Set(ofScenario.flatMap(({ attachments }) => attachments.map(({ source }) => source)))
  expect([...sources].map(source => source.slice(-4)).sort()).toEqual(['.svg', '.txt'])
  for (const source of sources) expect(names).toContain(source)
  const text = [...sources].map(read).join('\n')
  expect(text).toContain(`Scenario ${failed.scenario.id} begins`)
  expect(text).toMatch(/<svg[^>]*xmlns/)
  expect(text).not.toContain('<script')
  const kept = results.filter(({ status, statusDetails }) => status === Status.PASSED && !statusDetails.message)
  expect(kept.flatMap(({ attachments }) => attachments)).toEqual([])
})

test('the same record gives the same files, in the place of any that are there', () => {
  const first = written()
  const contents = first.names.map(first.read)
  writeFileSync(join(directory, 'allure-results', 'left-result.json'), '{}')
  const second = written()
  expect(second.names).toEqual(first.names)
  expect(second.names.map(second.read)).toEqual(contents)
})

test('a known failure says so, with its reason', () => {
  const { results } = written({
    ...record,
    scenarios: record.scenarios.map(scenario => ({
      ...scenario,
      metrics: scenario.metrics.map(metric =>
        metric === failed.metric ? { ...metric, known: { reason: 'mended in 2.5', until: '2027-01-31' } } : metric,
      ),
    })),
  })
  const known = results.filter(({ statusDetails }) => 'known' in statusDetails)
  expect(known).toHaveLength(1)
  expect(known[0]?.statusDetails.message).toContain('Known failure, until 2027-01-31: mended in 2.5')
})
