import { expect, test } from 'vitest'
import { visibleText } from '../../harness/timeline/visible-text.ts'
import { sampleBaselineRun, sampleKnownFailures } from '../baseline/sample-baseline.ts'
import { buildRunRecord } from '../build-run-record.ts'
import { sampleEvidence } from '../sample-run.ts'
import { wantsColor } from './palette.ts'
import { terminalSummary } from './summary.ts'
import { wrapText } from './wrap-text.ts'

const record = buildRunRecord(sampleEvidence())

test('the sample run', async () => {
  const summary = terminalSummary(record, { color: false, reportPath: 'runs/acme/report.html' })
  await expect(summary).toMatchFileSnapshot('../golden/summary.txt')
})

test('the sample run in colour', async () => {
  const summary = terminalSummary(record, { color: true })
  await expect(summary.replaceAll('\x1b', '<ESC>')).toMatchFileSnapshot('../golden/summary-in-colour.txt')
})

test('a run with a baseline', async () => {
  const { duplicates, retry } = sampleKnownFailures
  const known = sampleBaselineRun({
    knownFailures: [
      duplicates,
      { ...retry, seen: 'no retry at all' },
      { requirement: 'CR-GEN-04', metric: 'http-single.inTime', seen: 'no attempt', reason: 'slow' },
      { requirement: 'CW-RET-02', reason: 'asked the vendor' },
      { requirement: 'CR-HTTP-05', reason: 'asked too', until: '2026-04-01' },
    ],
    broken: [{ requirement: 'CR-GEN-08', metric: 'http-duplicates.onlyOne', seen: 'two sessions' }],
  })
  const summary = terminalSummary(known, { color: false, reportPath: 'runs/acme/report.html' })
  await expect(summary).toMatchFileSnapshot('../golden/summary-baseline.txt')
})

test('virtual time is stamped', () => {
  const summary = terminalSummary(buildRunRecord(sampleEvidence({ clock: 'virtual' })), { color: false })
  expect(summary.split('\n')[1]).toContain('NOT CONFORMANT')
  expect(summary).toContain('s of virtual time: not a conformance result\n')
  expect(summary).toContain('connreq run --fault http-duplicates-served-twice --only http-duplicates')
})

test('a text of the device cannot steer the terminal', () => {
  const [scenario] = record.scenarios
  const metrics = scenario!.metrics.map(metric => ({
    ...metric,
    verdict: 'fail' as const,
    actual: '\x1b[2J\u202e\x07\r\n',
  }))
  const summary = terminalSummary({ ...record, scenarios: [{ ...scenario!, metrics }] }, { color: false })
  expect(summary.split('\n').map(visibleText)).toEqual(summary.split('\n'))
})

test('NO_COLOR wins, FORCE_COLOR comes next, then the terminal', () => {
  expect(wantsColor({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false)
  expect(wantsColor({ FORCE_COLOR: '1' }, false)).toBe(true)
  expect(wantsColor({ NO_COLOR: '' }, true)).toBe(true)
  expect(wantsColor({}, false)).toBe(false)
})

test('lines are broken at spaces, and joined they are the text again', () => {
  const text = 'a device at rest tries to open a session within thirty-seconds-of-its-success-reply or so'
  const lines = wrapText(text, 20)
  expect(lines.join(' ')).toBe(text)
  expect(lines.filter(line => line.length > 20)).toEqual(['thirty-seconds-of-its-success-reply'])
})
