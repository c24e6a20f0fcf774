import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { expect, test } from 'vitest'
import { sampleBaselineRun, sampleKnownFailures } from './baseline/sample-baseline.ts'
import { buildRunRecord } from './build-run-record.ts'
import { junitXml } from './junit.ts'
import type { RunRecord } from './run-record.ts'
import { sampleEvidence } from './sample-run.ts'

const schema = XsdValidator.fromDoc(XmlDocument.fromString(readFileSync(new URL('junit.xsd', import.meta.url), 'utf8')))

/** libxml2 reads as strictly as anybody: forbidden characters and lone surrogates are errors. @throws XmlError */
function validate(xml: string): void {
  const document = XmlDocument.fromBuffer(Buffer.from(xml))
  try {
    schema.validate(document)
  } finally {
    document.dispose()
  }
}

const { duplicates, retry } = sampleKnownFailures
const record = buildRunRecord(sampleEvidence())

test.each<[string, RunRecord]>([
  ['in real time', record],
  ['in virtual time', buildRunRecord(sampleEvidence({ clock: 'virtual' }))],
  ['that repeats', buildRunRecord(sampleEvidence({ repeat: 5 }))],
  ['with known failures', sampleBaselineRun({ knownFailures: [duplicates, retry] })],
  [
    'with a known failure that passed',
    sampleBaselineRun({ knownFailures: [duplicates], outcomes: { 'http-duplicates.onlyOne': { verdict: 'pass' } } }),
  ],
  ['without scenarios', { ...record, scenarios: [] }],
])('the JUnit XML of a run %s fits the schema', (_, run) => {
  expect(() => validate(junitXml(run))).not.toThrow()
})

test('the schema refuses what the strictest readers refuse', () => {
  const xml = junitXml(record)
  const refused: [string, string][] = [
    [xml.replace('<testsuites ', '<testsuites skipped="3" '), "attribute 'skipped' is not allowed"],
    [
      xml.replace(/(<testcase [^>]*)\/>/, '$1><properties/></testcase>'),
      "Element 'properties': This element is not expected",
    ],
    [xml.replace('tests="15"', 'tests="many"'), "'many' is not a valid value"],
    [xml.replace('sentence', '\u0001'), 'invalid character in attribute value'],
  ]
  for (const [text, problem] of refused) expect(() => validate(text)).toThrow(problem)
})

/** What a device may send of all that XML cannot hold. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('\ud800', '\udfff', '\0', '\x1b', '\ufffe', '\u202e', ']]>', '<', '&', '"', '\r\n', '\t'),
  }),
)

test('whatever a device sends, the JUnit XML fits the schema', () => {
  fc.assert(
    fc.property(hostile, hostile, (text, other) => {
      const scenarios = record.scenarios.map(scenario => ({
        ...scenario,
        title: text,
        properties: { [other]: text },
        metrics: scenario.metrics.map(metric => ({ ...metric, actual: text, reason: other, expected: [text] })),
      }))
      expect(() => validate(junitXml({ ...record, sentence: text, scenarios }))).not.toThrow()
    }),
    { numRuns: 200 },
  )
})
