import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { compareRuns } from '../reports/compare/compare-runs.ts'
import { rejudgedText } from '../reports/compare/rejudged-text.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { terminalSummary } from '../reports/terminal/summary.ts'
import { judge, type JudgeOptions } from './judge.ts'
import { judgeTimeline } from './judge-timeline.ts'
import { ensureBuilt } from './testing/built.ts'
import { connreq, temporaryDirectory } from './testing/connreq-process.ts'
import { UsageProblem } from './usage-problem.ts'

const timeoutMs = 30_000
let recorded: string

beforeAll(async () => {
  await ensureBuilt()
  const directory = temporaryDirectory()
  const args = ['run', '--only', 'http-challenge', '--out', 'run', '--reporter', 'terminal']
  await connreq(directory, args)
  recorded = join(directory, 'run')
}, 90_000)

/** A copy of the recorded run in a directory of its own. */
function copyOfRun(): { directory: string; run: string; timeline: string } {
  const directory = temporaryDirectory()
  const run = join(directory, 'run')
  cpSync(recorded, run, { recursive: true })
  return { directory, run, timeline: join(run, 'timeline.jsonl') }
}

function changeRecord(run: string, change: (record: RunRecord) => void): void {
  const path = join(run, 'run.json')
  const record = JSON.parse(readFileSync(path, 'utf8')) as RunRecord
  change(record)
  writeFileSync(path, JSON.stringify(record))
}

const filesOf = (run: string) => readdirSync(run).map(name => [name, readFileSync(join(run, name), 'utf8')])

/** What `connreq judge` prints and its exit code. */
function judged(path: string, options: Partial<JudgeOptions> = {}): { exitCode: number; text: string } {
  vi.stubEnv('NO_COLOR', '1')
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const exitCode = judge(path, { strict: false, ...options })
    return { exitCode, text: write.mock.calls.map(([text]) => text).join('') }
  } finally {
    write.mockRestore()
    vi.unstubAllEnvs()
  }
}

describe('connreq judge', () => {
  test('sees what the run saw, and writes nothing', { timeout: timeoutMs }, async () => {
    const { directory, run } = copyOfRun()
    const before = filesOf(run)
    const { exitCode, stdout, stderr } = await connreq(directory, ['judge', 'run'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toContain('KEPT: every applicable MUST that was asked kept')
    expect(stdout).toMatch(/Recorded by connreq .*, judged now by connreq .*\.\nJudged as before: no verdict/)
    expect(stdout).not.toContain('Report:')
    expect(filesOf(run)).toEqual(before)
    expect(readdirSync(directory)).toEqual(['run'])
  })

  test('a capture that is not there is named in a sentence, with exit code 2', { timeout: timeoutMs }, async () => {
    expect(await connreq(temporaryDirectory(), ['judge', 'capture.pcapng'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'capture.pcapng is not there; name a run directory or its timeline.jsonl.\n',
    })
  })

  test('--out writes the reports into a new directory, and overwrites none', () => {
    const { directory, run, timeline } = copyOfRun()
    const out = join(directory, 'again')
    const { exitCode, text } = judged(timeline, { out })
    expect(exitCode).toBe(0)
    expect(text).toContain(`Report: ${out}/report.html`)
    expect(readdirSync(out).sort()).toEqual(['allure-results', 'junit.xml', 'report.html', 'results.csv', 'run.json'])
    expect(() => judged(run, { out })).toThrow('nothing is overwritten')
  })

  test('what an earlier version saw otherwise is told, with its metrics', () => {
    const { run } = copyOfRun()
    changeRecord(run, record => {
      const [scenario] = record.scenarios
      const qop = scenario!.metrics.findIndex(({ name }) => name === 'qop')
      const [removed] = scenario!.metrics.splice(qop, 1)
      const requirement = record.requirements.find(({ id }) => id === removed?.requirement)
      Object.assign(requirement!, { verdict: 'none', reason: 'No scenario judges it.' })
    })
    const { exitCode, text } = judged(run)
    expect(exitCode).toBe(0)
    expect(text).toContain('JUDGED OTHERWISE THAN BEFORE (1)\n  CR-HTTP-07  untested → kept\n')
    expect(text).toContain('NEW METRICS (1)\n  CR-HTTP-07  qop of http-challenge\n')
  })

  test('a run.json of another run, a damaged one and none are not compared with', () => {
    const { directory, run, timeline } = copyOfRun()
    changeRecord(run, record => Object.assign(record, { startedAt: '2001-01-01T00:00:00Z' }))
    expect(judged(run)).toMatchObject({ exitCode: 0, text: expect.stringContaining('run.json is that of another run') })
    writeFileSync(join(run, 'run.json'), '{')
    expect(judged(run)).toMatchObject({ exitCode: 0, text: expect.stringContaining('Nothing is compared: ') })
    cpSync(timeline, join(directory, 'alone.jsonl'))
    expect(judged(join(directory, 'alone.jsonl')).text).toMatch(/There is no \S+run\.json to compare with\./)
  })

  test('a timeline that was cut off in the middle of a line is judged as that of a killed run', () => {
    const { timeline } = copyOfRun()
    const whole = readFileSync(timeline, 'utf8')
    writeFileSync(timeline, whole.slice(0, whole.length * 0.6))
    const { exitCode, text } = judged(timeline, { strict: true })
    expect(exitCode).toBe(2)
    expect(text).toContain('the run was killed before its end')
    expect(text).toContain('JUDGED OTHERWISE THAN BEFORE')
  })

  test('lines that are missing are named', () => {
    const { timeline } = copyOfRun()
    const lines = readFileSync(timeline, 'utf8').split('\n')
    writeFileSync(timeline, lines.toSpliced(-6, 2).join('\n'))
    expect(judged(timeline).text).toMatch(/^Entries \d+ to \d+ are missing before line \d+\.\n/)
  })

  test.each([
    ['nowhere', 'nowhere is not there; '],
    ['empty', 'empty/timeline.jsonl is not there; '],
    ['noise.jsonl', 'noise.jsonl holds no run: it has no entry that can be read.'],
    ['headless.jsonl', 'headless.jsonl holds no run: its beginning is missing.'],
    ['hollow.jsonl', 'hollow.jsonl cannot be judged'],
    ['/dev/null', '/dev/null is no file; '],
  ])('%s is refused in a sentence', (name, sentence) => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'empty'))
    writeFileSync(join(directory, 'noise.jsonl'), '\x1b[2J\n{}\nnull\n[')
    writeFileSync(join(directory, 'headless.jsonl'), '{"seq":1,"at":0,"type":"mark"}\n')
    writeFileSync(join(directory, 'hollow.jsonl'), '{"seq":1,"at":0,"type":"run-started"}\n')
    const path = resolve(directory, name)
    expect(() => judged(path)).toThrow(UsageProblem)
    expect(() => judged(path)).toThrow(sentence)
  })
})

test('whatever stands in a timeline, it is judged or refused in a sentence', () => {
  const { directory, timeline } = copyOfRun()
  const lines = readFileSync(timeline, 'utf8').trimEnd().split('\n')
  const path = join(directory, 'changed.jsonl')
  const earlier = judgeTimeline(timeline).record
  let judgedOnes = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(lines.length - 1), fc.nat(), fc.jsonValue({ maxDepth: 2 })), {
        minLength: 1,
        maxLength: 4,
      }),
      changes => {
        const changed = [...lines]
        for (const [line, field, value] of changes) changed[line] = withField(changed[line] ?? '{}', field, value)
        writeFileSync(path, changed.join('\n'))
        try {
          const { record } = judgeTimeline(path)
          judgedOnes += 1
          terminalSummary(record, { color: false })
          rejudgedText(compareRuns(earlier, record), { color: false })
        } catch (error) {
          if (!(error instanceof UsageProblem)) throw error
          expect(error.message).toMatch(/cannot be judged|holds no run/)
        }
      },
    ),
    { numRuns: 60 },
  )
  expect(judgedOnes).toBeGreaterThan(10)
})

/** The JSON object with another value in one of its fields. */
function withField(line: string, field: number, value: unknown): string {
  const entry = JSON.parse(line) as Record<string, unknown>
  const names = Object.keys(entry)
  return JSON.stringify({ ...entry, [names[field % names.length] ?? 'type']: value })
}
