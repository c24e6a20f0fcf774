import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { profileSchema } from '../../harness/device/profile.ts'
import { sampleRun } from '../../reports/compare/sample-runs.ts'
import type { RunRecord } from '../../reports/run-record.ts'
import { temporaryDirectory } from '../testing/connreq-process.ts'
import { UsageProblem } from '../usage-problem.ts'
import { baseline } from './baseline.ts'
import { baselineOutlook } from './baseline-outlook.ts'
import { checkKnownFailures } from './check-known-failures.ts'
import { readBaseline } from './earlier-run.ts'
import { outlookLines } from './outlook-lines.ts'

/** A run directory with the sample run. */
function runDirectory(changes: Partial<RunRecord> = {}): string {
  const directory = join(temporaryDirectory(), 'run')
  mkdirSync(directory)
  writeFileSync(join(directory, 'run.json'), JSON.stringify({ ...sampleRun(), ...changes }))
  return directory
}

const profileWith = (declared: unknown) => profileSchema.parse({ baseline: declared })
const short = { requirement: 'CR-GEN-08', reason: 'known' }

test('connreq baseline prints what accepts the failures of a run', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const directory = runDirectory()
    await baseline(directory)
    const text = write.mock.calls.map(([line]) => line).join('')
    expect(text).toContain(`# run: ${directory}\n`)
    expect(text).toContain('metric: http-duplicates.onlyOne\n')
  } finally {
    write.mockRestore()
  }
  await expect(baseline(temporaryDirectory())).rejects.toThrow(UsageProblem)
})

describe('the run that a profile names', () => {
  test('is read with what it broke', async () => {
    const run = runDirectory()
    expect(await readBaseline(profileWith({ run }))).toMatchObject({
      type: 'baseline',
      run: { path: run, startedAt: sampleRun().startedAt },
      broken: [{ metric: 'http-duplicates.onlyOne' }, { metric: 'retry-wait.firstWait' }],
    })
    expect(await readBaseline(profileWith({ knownFailures: [] }))).toBeUndefined()
    expect(await readBaseline({ baseline: undefined })).toBeUndefined()
  })

  test.each([
    [
      'runs/not-there',
      'baseline.run: runs/not-there is not there; name the directory of an earlier run, or leave it out.',
    ],
    ['package.json', 'baseline.run: package.json is not there'],
    ['cli', 'baseline.run: cli has neither run.json nor timeline.jsonl'],
  ])('is refused when it is %s', async (run, problem) => {
    await expect(readBaseline(profileWith({ run }))).rejects.toThrow(problem)
  })
})

test.each<[Partial<RunRecord>, string]>([
  [
    { lab: { ...sampleRun().lab, simulated: { faults: [], variants: [] } } },
    'is a run of the simulated device and says nothing of a device in a lab.',
  ],
  [{ ended: { how: 'killed' } }, 'was killed before its end'],
])('a run with %j is refused as the run to compare with', async (changes, problem) => {
  const refused = expect(readBaseline(profileWith({ run: runDirectory(changes) }))).rejects
  await refused.toThrow(UsageProblem)
  await expect(readBaseline(profileWith({ run: runDirectory(changes) }))).rejects.toThrow(problem)
})

test.each([
  [
    { ...short, requirement: 'CR-GEN-088' },
    'baseline.knownFailures.0: there is no requirement "CR-GEN-088"; did you mean CR-GEN-08?',
  ],
  [{ ...short, requirement: 'CR-UDP-01' }, 'no scenario judges CR-UDP-01'],
  [
    { ...short, metric: 'http-request.inTime' },
    '"http-request.inTime" does not judge CR-GEN-08; these do: http-duplicates.onlyOne',
  ],
])('%j is refused', (failure, problem) => {
  expect(() => checkKnownFailures([failure])).toThrow(problem)
})

describe('what check and plan say', () => {
  const earlier = {
    type: 'baseline',
    run: { path: 'runs/a', startedAt: '2026-03-02T08:14:05.000Z' },
    broken: [{ requirement: 'CR-GEN-08', metric: 'http-duplicates.onlyOne', seen: 'two sessions' }],
  } as const
  const linesFor = (declared: unknown, run?: typeof earlier) =>
    outlookLines(baselineOutlook(profileWith(declared), run && { ...run, broken: [...run.broken] }))

  test('of a known failure that a run tells', () => {
    expect(linesFor({ run: 'runs/a', knownFailures: [{ ...short, until: '2027-01-31' }] }, earlier)).toEqual([
      'Baseline: runs/a (2026-03-02 08:14:05 UTC), broken there: CR-GEN-08.',
      'Known failure of CR-GEN-08: http-duplicates.onlyOne, until 2027-01-31: known',
      '  when it shows: two sessions',
    ])
  })

  test('of one that nothing tells, with what to write in its place', () => {
    const lines = linesFor({ knownFailures: [{ requirement: 'CR-HTTP-05', reason: 'short paths' }] })
    expect(lines[0]).toBe(
      'The known failure of CR-HTTP-05 covers nothing: it does not say which metric fails and what that shows, and baseline.run names no run that does. Write in its place:',
    )
    expect(lines.slice(1, 6)).toEqual([
      '  - requirement: CR-HTTP-05',
      expect.stringMatching(/^ {4}metric: http-\S+$/),
      '    seen: # what it shows: connreq baseline RUN_DIR prints it',
      '    reason: short paths',
      '    # until: 2027-01-31',
    ])
    expect(linesFor({ knownFailures: [{ ...short, requirement: 'CR-GEN-04' }] }, earlier)[1]).toContain(
      'and runs/a shows no such failure',
    )
  })

  test('nothing without a baseline', () => {
    expect(outlookLines(baselineOutlook({ baseline: undefined }, undefined))).toEqual([])
  })
})
