import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Verdict, worst } from '../harness/verdict/verdict.ts'
import { buildRunRecord } from './build-run-record.ts'
import { findingsWith, repeatCommand } from './findings.ts'
import { junitXml } from './junit.ts'
import { renderReport } from './html/render-report.tsx'
import { playedMetrics, playingsText } from './playings.ts'
import { sampleEvidence } from './sample-run.ts'
import { terminalSummary } from './terminal/summary.ts'

const evidence = sampleEvidence({ repeat: 5 })
const record = buildRunRecord(evidence)
const once = buildRunRecord(sampleEvidence())

test.each<[Verdict[], string | undefined]>([
  [['fail'], undefined],
  [['fail', 'fail'], '2 of 2 failed'],
  [['pass', 'fail', 'inconclusive', 'fail', 'fail'], '3 of 5 failed, 1 undecided, 1 kept'],
  [['pass', 'warning'], '1 of 2 with a warning, 1 kept'],
  [['error', 'not-applicable', 'fail'], '1 of 3 failed, 1 hit an error of ours, 1 not applicable'],
  [['not-asked', 'pass'], '1 of 2 kept, 1 not asked'],
])('%j is said as %s', (verdicts, text) => {
  expect(playingsText(verdicts)).toBe(text)
})

test('the counts of a text add up to the playings', () => {
  const verdicts = fc.array(fc.constantFrom<Verdict>('pass', 'warning', 'inconclusive', 'fail', 'error', 'not-asked'), {
    minLength: 2,
  })
  fc.assert(
    fc.property(verdicts, all => {
      const [first = '', ...rest] = playingsText(all)!.split(', ')
      expect(first).toContain(` of ${all.length} `)
      const counts = [first, ...rest].map(part => Number.parseInt(part, 10))
      expect(counts.reduce((sum, count) => sum + count)).toBe(all.length)
    }),
  )
})

test('run.json keeps each playing, and a requirement has the worst of them', () => {
  expect(record.scenarios.filter(({ id }) => id === 'http-duplicates')).toHaveLength(5)
  const verdicts = Object.fromEntries(record.requirements.map(({ id, verdict }) => [id, verdict]))
  expect(verdicts).toMatchObject({ 'CR-GEN-07': 'inconclusive', 'CR-GEN-08': 'fail' })
})

test('every metric is there once, by the first of its worst playings', () => {
  const played = playedMetrics(record)
  const names = once.scenarios.flatMap(({ id, metrics }) => metrics.map(({ name }) => `${id} ${name}`))
  expect(played.map(({ scenario, metric }) => `${scenario.id} ${metric.name}`)).toEqual(names)
  const duplicates = played.filter(({ scenario }) => scenario.id === 'http-duplicates')
  expect(duplicates.map(({ scenario, verdicts }) => [scenario.repetition, worst(verdicts)])).toEqual([
    [4, 'inconclusive'],
    [1, 'fail'],
  ])
})

test('findings are listed once', () => {
  const ids = findingsWith(record, 'fail').map(({ metric }) => metric.requirement)
  expect(ids).toEqual(findingsWith(once, 'fail').map(({ metric }) => metric.requirement))
  const [finding] = findingsWith(record, 'fail')
  expect(repeatCommand(record, finding!)).toBe('connreq run profile.yaml --only http-duplicates --repeat 5')
})

test('the terminal says how often', async () => {
  const summary = terminalSummary(record, { color: false, reportPath: 'runs/acme/report.html' })
  await expect(summary).toMatchFileSnapshot('golden/summary-repeated.txt')
})

test('JUnit says how often, in one testcase', async () => {
  await expect(junitXml(record).replaceAll('><', '>\n<')).toMatchFileSnapshot('golden/junit-repeated.xml')
})

test('the HTML report says how often, with one card, and shows whole what came out differently', () => {
  const html = renderReport(record, evidence.entries)
  const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!)
  expect(new Set(ids).size).toBe(ids.length)
  expect([...html.matchAll(/href="#([^"]*)"/g)].filter(([, id]) => !ids.includes(id!))).toEqual([])
  expect(ids.filter(id => id.startsWith('finding-http-duplicates'))).toEqual([
    'finding-http-duplicates-onlyOne',
    'finding-http-duplicates-answered',
  ])
  expect(ids.filter(id => id.startsWith('scenario-http-duplicates'))).toHaveLength(5)
  expect(html).toContain('Played 5 times: <b>3 of 5 failed, 2 kept</b>. Repetition 1 is shown here.')
  expect(html).toContain('Played 5 times: <b>1 of 5 undecided, 4 kept</b>. Repetition 4 is shown here.')
  expect(html.split('<span class="quiet">3 of 5 failed, 2 kept</span>')).toHaveLength(1 + 3)
  expect(renderReport(once, sampleEvidence().entries)).not.toMatch(/ of 1 |playings|Played/)
})
