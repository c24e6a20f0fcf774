import { expect, test } from 'vitest'
import type { Entry } from '../harness/timeline/entry.ts'
import type { MetricOutcome } from '../harness/verdict/metric.ts'
import type { Verdict } from '../harness/verdict/verdict.ts'
import { buildRunRecord, type RunEvidence } from './build-run-record.ts'
import { exitCodeOf, judgeRun } from './run-verdict.ts'
import { sampleEvidence } from './sample-run.ts'
import { standingsOf } from './standing.ts'

/** The sample with the metrics of these verdicts alone, so that the run's verdict follows from them. */
function withVerdicts(kept: Verdict[], change: Partial<RunEvidence> = {}): RunEvidence {
  const sample = sampleEvidence()
  const outcomes = sample.outcomes
    .map(outcome => {
      const metrics = outcome.metrics.filter(({ verdict }) => kept.includes(verdict))
      return { ...outcome, metrics, verdict: metrics[0]?.verdict ?? 'none' } as const
    })
    .filter(({ metrics }) => metrics.length > 0)
  return { ...sample, outcomes, ...change }
}

const recordWith = (kept: Verdict[], change?: Partial<RunEvidence>) => buildRunRecord(withVerdicts(kept, change))

test('the device is who its first Inform says, with the name of the profile', () => {
  expect(buildRunRecord(sampleEvidence()).device).toEqual({
    name: 'ACME RG-500',
    manufacturer: 'ACME <script>alert(1)</script>',
    oui: '00D09E',
    productClass: 'RG-500',
    serialNumber: 'SN0012345678',
    firmware: '1.2.3',
  })
})

test('the end is the start on the wall clock plus what the monotonic clock counted', () => {
  const record = buildRunRecord(sampleEvidence())
  expect(Date.parse(record.finishedAt) - Date.parse(record.startedAt)).toBe(Math.trunc(record.durationMs))
  expect(record.durationMs).toBeGreaterThan(90_000)
})

test('a requirement has the worst verdict of its metrics, its reason and where it was judged', () => {
  const requirements = new Map(buildRunRecord(sampleEvidence()).requirements.map(row => [row.id, row]))
  expect(requirements.get('CR-GEN-08')).toMatchObject({
    verdict: 'fail',
    reason: 'two sessions; the second came 31.2 s after the first had ended',
    scenarios: ['http-duplicates'],
    provenBy: ['http-duplicates-served-twice'],
  })
  expect(requirements.get('CR-GEN-10')).toMatchObject({ verdict: 'pass' })
  expect(requirements.get('CR-HTTP-22')).toMatchObject({
    verdict: 'not-applicable',
    reason: 'The device has no HTTPConnectionRequestEnable.',
  })
  expect(requirements.get('CR-XMPP-05')).toMatchObject({ verdict: 'none', reason: 'The XMPP scenarios will judge it.' })
})

test('a breach stays in the sentence and the exit code beside an error of ours', () => {
  const record = recordWith(['fail', 'error', 'inconclusive'])
  expect(record.verdict).toBe('error')
  expect(record.sentence).toBe(
    'NOT CONFORMANT: 2 requirements broken, 1 could not be decided, 1 not judged because of an error of the harness or the lab.',
  )
  expect(exitCodeOf(record)).toBe(1)
})

test('a requirement that was broken once stays broken when another scenario hit an error of ours', () => {
  const evidence = withVerdicts(['fail'])
  const error: MetricOutcome = {
    name: 'again',
    requirement: 'CR-GEN-08',
    severity: 'must',
    sentence: '',
    verdict: 'error',
    reason: 'time-out of ours',
  }
  const [first, ...others] = evidence.outcomes
  const record = buildRunRecord({
    ...evidence,
    outcomes: [{ ...first!, metrics: [...first!.metrics, error] }, ...others],
  })
  expect(record.requirements.find(({ id }) => id === 'CR-GEN-08')?.verdict).toBe('error')
  expect(standingsOf(record).get('CR-GEN-08')).toBe('broken')
  expect(exitCodeOf(record)).toBe(1)
})

test.each([
  [
    ['pass'],
    'kept-in-part',
    'KEPT: every applicable MUST that was asked kept (7 requirements judged, 0 warnings, 7 not part of this run, 2 not tested by this version).',
    0,
    0,
  ],
  [
    ['pass', 'warning'],
    'kept-in-part',
    'KEPT: every applicable MUST that was asked kept (9 requirements judged, 2 warnings, 5 not part of this run, 2 not tested by this version).',
    0,
    1,
  ],
  [['pass', 'inconclusive'], 'undecided', 'UNDECIDED: nothing broken, 1 could not be decided.', 3, 1],
  [
    ['pass', 'error', 'inconclusive'],
    'error',
    'NOT JUDGED: nothing broken, 1 could not be decided, 1 not judged because of an error of the harness or the lab.',
    2,
    2,
  ],
  [['not-asked', 'not-applicable'], 'undecided', 'UNDECIDED: no requirement was judged.', 3, 1],
] as const)('%j makes the run %s', (verdicts, verdict, sentence, code, strictCode) => {
  const record = recordWith([...verdicts])
  expect(record).toMatchObject({ verdict, sentence })
  expect(exitCodeOf(record)).toBe(code)
  expect(exitCodeOf(record, { strict: true })).toBe(strictCode)
})

test('only a run that left nothing out is called conformant', () => {
  const whole = { left: 0, otherErrors: 0, ended: { how: 'completed' }, clock: 'real' } as const
  const counts = {
    broken: 0,
    error: 0,
    undecided: 0,
    warning: 0,
    kept: 7,
    'not-asked': 0,
    'not-applicable': 0,
    untested: 2,
  }
  expect(judgeRun({ ...whole, counts })).toEqual({
    verdict: 'conformant',
    sentence:
      'CONFORMANT: every applicable MUST kept (7 requirements judged, 0 warnings, 2 not tested by this version).',
  })
  expect(judgeRun({ ...whole, left: 1, counts }).verdict).toBe('kept-in-part')
})

test('virtual time is never called conformant', () => {
  const { entries } = sampleEvidence({ clock: 'virtual' })
  const record = recordWith(['pass'], { entries })
  expect(record.verdict).toBe('kept-in-virtual-time')
  expect(record.sentence).toMatch(/^KEPT: .*\(virtual time: not a conformance result\)\.$/)
  expect(exitCodeOf(record)).toBe(0)
})

test.each([
  ['interrupted', 'the run was interrupted'],
  ['broken-off', 'the run was broken off'],
  ['killed', 'the run was killed before its end'],
] as const)('a run that was %s says nothing good of the device', (how, words) => {
  const entries = sampleEvidence().entries.flatMap((entry): Entry[] =>
    entry.type === 'run-ended' ? (how === 'killed' ? [] : [{ ...entry, how }]) : [entry],
  )
  const record = recordWith(['pass'], { entries })
  expect(record).toMatchObject({ verdict: 'error', ended: { how }, sentence: `NOT JUDGED: nothing broken, ${words}.` })
  expect(exitCodeOf(record)).toBe(2)
  expect(exitCodeOf(recordWith(['fail'], { entries }))).toBe(1)
})

test('an error of ours outside every scenario spoils the run', () => {
  const evidence = withVerdicts(['pass'])
  const last = evidence.entries.at(-1)!
  const error: Entry = { seq: last.seq + 1, at: last.at, type: 'harness-error', message: 'disk full' }
  const record = buildRunRecord({ ...evidence, entries: [...evidence.entries, error] })
  expect(record).toMatchObject({
    verdict: 'error',
    sentence: 'NOT JUDGED: nothing broken, 1 error of the harness or the lab.',
  })
})

test('limits, plan and what nobody expected come from the timeline', () => {
  const record = buildRunRecord(sampleEvidence())
  expect(record.limits.map(({ name }) => name).slice(0, 3)).toEqual([
    'a second session',
    'a session that serves the refused request',
    'any session',
  ])
  expect(record.limits.filter(({ source }) => source === 'spec').map(({ ms }) => ms)).toContain(30_000)
  expect(record.timing).toEqual({ lowerBoundMs: 224_000, loopDelayMaxMs: 3.8 })
  expect(record.notApplicable.map(({ id }) => id)).toEqual(['http-switched-off'])
  expect(record.remarks).toContainEqual({
    text: 'Syntax: Lines end with LF alone.',
    count: 6,
    evidence: expect.any(Array) as number[],
  })
})

test('a timeline that is not one of a run is refused', () => {
  expect(() => buildRunRecord({ ...sampleEvidence(), entries: [] })).toThrow('no run-started entry')
})

test('a timeline out of which a line was taken is no evidence that all is right', () => {
  const { entries, ...rest } = sampleEvidence()
  const kept = rest.outcomes.map(outcome => ({
    ...outcome,
    verdict: 'pass' as const,
    metrics: outcome.metrics.map(metric => ({ ...metric, verdict: 'pass' as const })),
  }))
  expect(buildRunRecord({ ...rest, outcomes: kept, entries }).verdict).not.toBe('error')
  const damaged = buildRunRecord({ ...rest, outcomes: kept, entries: entries.filter(({ seq }) => seq !== 5) })
  expect(damaged.verdict).toBe('error')
  expect(damaged.remarks.map(({ text }) => text)).toContain('Entry 5 is missing from the timeline: it is damaged.')
})
