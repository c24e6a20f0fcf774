import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { sampleBaselineRun, sampleKnownFailures } from './baseline/sample-baseline.ts'
import { buildRunRecord } from './build-run-record.ts'
import { junitXml } from './junit.ts'
import { sampleEvidence } from './sample-run.ts'

const record = buildRunRecord(sampleEvidence())
const parse = (xml: string) =>
  new DOMParser({
    onError: (_level, message) => {
      throw new Error(message)
    },
  }).parseFromString(xml, 'text/xml')

test('the sample run', async () => {
  await expect(junitXml(record).replaceAll('><', '>\n<')).toMatchFileSnapshot('golden/junit.xml')
})

const countedIn = (document: ReturnType<typeof parse>, attribute: string) =>
  [...document.getElementsByTagName('testsuite')].reduce((sum, suite) => sum + Number(suite.getAttribute(attribute)), 0)

test('every metric is a testcase, with failure, error and skipped as they were judged', () => {
  const document = parse(junitXml(record))
  const suites = document.documentElement!
  const metrics = record.scenarios.flatMap(scenario => scenario.metrics)
  expect(document.getElementsByTagName('testcase')).toHaveLength(metrics.length)
  for (const [tag, attribute] of [
    ['failure', 'failures'],
    ['error', 'errors'],
    ['skipped', 'skipped'],
  ] as const)
    expect(document.getElementsByTagName(tag)).toHaveLength(countedIn(document, attribute))
  expect(suites.getAttribute('failures')).toBe('2')
  expect(document.getElementsByTagName('failure')).toHaveLength(2)
})

test('whatever a device sends, the XML is well-formed and without forbidden characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const [scenario] = record.scenarios
      const metrics = scenario!.metrics.map(metric => ({ ...metric, actual: text, verdict: 'fail' as const }))
      const xml = junitXml({ ...record, sentence: text, scenarios: [{ ...scenario!, metrics }] })
      expect(xml.split('\n').map(visibleText)).toEqual(xml.split('\n'))
      expect(parse(xml).getElementsByTagName('failure')).toHaveLength(metrics.length)
    }),
    { numRuns: 50 },
  )
})

const { duplicates, retry } = sampleKnownFailures

test('a run with known failures', async () => {
  const outcomes = { 'retry-wait.firstWait': { verdict: 'pass' } } as const
  const xml = junitXml(sampleBaselineRun({ knownFailures: [duplicates, retry], outcomes }))
  await expect(xml.replaceAll('><', '>\n<')).toMatchFileSnapshot('golden/junit-baseline.xml')
})

test('a known failure is skipped with its reason, and one that did not show is a passed testcase that says so', () => {
  const outcomes = { 'retry-wait.firstWait': { verdict: 'pass' } } as const
  const document = parse(junitXml(sampleBaselineRun({ knownFailures: [duplicates, retry], outcomes })))
  const testcase = (name: string) =>
    [...document.getElementsByTagName('testcase')].find(element => element.getAttribute('name') === name)!
  const [skipped] = testcase('onlyOne').getElementsByTagName('skipped')
  expect(skipped?.getAttribute('message')).toBe('known failure until 2026-03-02: mended in 2.5 & <later>')
  expect(document.getElementsByTagName('failure')).toHaveLength(0)
  expect(document.documentElement!.getAttribute('failures')).toBe('0')
  expect([...testcase('firstWait').childNodes].map(({ nodeName, textContent }) => [nodeName, textContent])).toEqual([
    [
      'system-out',
      'retry-wait.firstWait passed unexpectedly: take its known failure out of the profile. It was known: asked the vendor',
    ],
  ])
})
