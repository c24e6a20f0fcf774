import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleText } from '../harness/timeline/visible-text.ts'
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
    expect(document.getElementsByTagName(tag)).toHaveLength(Number(suites.getAttribute(attribute)))
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
