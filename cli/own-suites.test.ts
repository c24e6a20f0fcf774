import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { RunRecord } from '../reports/run-record.ts'
import { ensureBuilt } from './testing/built.ts'
import { connreq, temporaryDirectory } from './testing/connreq-process.ts'

// The compiled program with a suite that only this test knows: read by the process that reports and by the one that plays.

beforeAll(ensureBuilt, 120_000)

const suite = `
import { ConditionsNotMet, defineSuite, must, needs, aSessionOnRequest, scenario } from 'connreq'

const base = { purpose: 'To be played.', applies: needs(aSessionOnRequest), windows: () => [] }
const metrics = { only: must('ACME-01', 'It is so indeed.') }

export const suite = defineSuite({
  name: 'ACME',
  requirements: [{ id: 'ACME-01', level: 'MUST', clause: 'ACME 4.2', sentence: 'It is so.' }],
  scenarios: [
    scenario({ ...base, id: 'acme-throws', title: 'Throws', metrics, judge: () => undefined,
      async run() { throw new Error('boom') } }),
    scenario({ ...base, id: 'acme-conditions', title: 'Gives up', metrics, judge: () => undefined,
      async run() { throw new ConditionsNotMet('The moon is not full.') } }),
    scenario({ ...base, id: 'acme-control', title: 'Asks', metrics,
      run: ({ bench, step }) => step('ask', () => bench.positiveControl()),
      judge: (timeline, { only }) => only.pass({ evidence: [timeline.entries[0]!.seq] }) }),
  ],
})`

test('a suite of one’s own is played, judged and reported', { timeout: 120_000 }, async () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'my-suite'))
  writeFileSync(join(directory, 'my-suite', 'acme.ts'), suite)
  const ran = await connreq(directory, [
    ...['run', '--suites', 'my-suite', '--only', 'ACME-01', '--out', 'run', '--reporter', 'terminal'],
  ])
  const record = JSON.parse(readFileSync(join(directory, 'run', 'run.json'), 'utf8')) as RunRecord
  const own = record.scenarios.filter(scenario => scenario.suite === 'ACME')
  expect(own.map(({ id, verdict, reason }) => [id, verdict, reason])).toEqual([
    ['acme-throws', 'error', 'The harness failed: run() of the scenario acme-throws of the suite "ACME" threw: boom'],
    ['acme-conditions', 'inconclusive', 'The moon is not full.'],
    ['acme-control', 'pass', undefined],
  ])
  expect(record.suites).toEqual([{ name: 'ACME', folder: 'my-suite' }])
  expect(record.requirements.at(-1)).toMatchObject({ id: 'ACME-01', suite: 'ACME', verdict: 'error' })
  expect(readFileSync(join(directory, 'run', 'report.html'), 'utf8')).toContain('suite ACME')
  expect(readFileSync(join(directory, 'run', 'junit.xml'), 'utf8')).toContain('name="suite" value="ACME"')
  expect(ran.exitCode).toBe(2)
  expect(ran.stdout).toContain('connreq run --suites my-suite --only acme-throws')
  expect(readFileSync(join(directory, 'run', 'results.csv'), 'utf8')).toMatch(/^ACME-01,.*,ACME\r$/m)

  const without = await connreq(directory, ['judge', 'run'])
  expect(without.stdout.replace(/\s+/g, ' ')).toContain(
    'Scenario acme-control belongs to the suite "ACME"; name its folder with --suites (it was my-suite).',
  )
  const again = await connreq(directory, ['judge', 'run', '--suites', 'my-suite'])
  expect(again.stdout).toContain('Judged as before: no verdict and no metric changed.')
  expect((await connreq(directory, ['report', 'run', '--suites', 'my-suite'])).exitCode).toBe(0)
})

test('a suite that cannot be used is a problem of usage', { timeout: 60_000 }, async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'acme.ts'), 'export const suite =\n  { name: 1 2 }')
  for (const command of ['run', 'list']) {
    const { exitCode, stderr, stdout } = await connreq(directory, [command, '--suites', '.'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^acme\.ts:2:\d+: it cannot be read: .*\n$/)
  }
})
