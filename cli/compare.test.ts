import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { visibleText } from '../harness/timeline/visible-text.ts'
import { sampleRun, sampleRuns } from '../reports/compare/sample-runs.ts'
import type { RunRecord } from '../reports/run-record.ts'
import { sampleEvidence } from '../reports/sample-run.ts'
import { compare, type CompareOptions } from './compare.ts'
import { ensureBuilt } from './testing/built.ts'
import { connreq, temporaryDirectory } from './testing/connreq-process.ts'
import { UsageProblem } from './usage-problem.ts'

beforeAll(ensureBuilt, 60_000)

const timeoutMs = 20_000

/** A directory with run directories of these records. */
function directoryWith(runs: Record<string, RunRecord>): string {
  const directory = temporaryDirectory()
  for (const [name, record] of Object.entries(runs)) {
    mkdirSync(join(directory, name))
    writeFileSync(join(directory, name, 'run.json'), JSON.stringify(record))
  }
  return directory
}

/** What `connreq compare` prints and its exit code. */
async function compared(before: string, after: string, options: CompareOptions = { format: 'text' }) {
  vi.stubEnv('NO_COLOR', '1')
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    const exitCode = await compare(before, after, options)
    return { exitCode, text: write.mock.calls.map(([text]) => text).join('') }
  } finally {
    write.mockRestore()
    vi.unstubAllEnvs()
  }
}

describe('connreq compare', () => {
  test('exit code 1 when something is newly broken', { timeout: timeoutMs }, async () => {
    const directory = directoryWith(sampleRuns())
    const { exitCode, stdout, stderr } = await connreq(directory, ['compare', 'before', 'after'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' })
    expect(stdout).toBe(readFileSync(new URL('../reports/golden/comparison.txt', import.meta.url), 'utf8'))
  })

  test('a format that there is not is refused, with exit code 2', { timeout: timeoutMs }, async () => {
    const { exitCode, stdout, stderr } = await connreq(temporaryDirectory(), ['compare', 'a', 'b', '--format', 'pdf'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^error: option '--format <format>' argument 'pdf' is invalid/)
  })

  test('writes a page that leads to the reports of the runs, with the same exit code', async () => {
    const directory = directoryWith(sampleRuns())
    const [before, after, out] = ['before', 'after', 'comparison.html'].map(name => join(directory, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(join(after, 'report.html'), '')
    expect(await compared(before, after, { format: 'html', out })).toEqual({ exitCode: 1, text: '' })
    const page = readFileSync(out, 'utf8')
    expect(page).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(page).toContain('href="after/report.html#CR-GEN-10"')
    expect(page).not.toContain('href="before/report.html')
    expect((await compared(before, after, { format: 'html' })).text).toMatch(/^<!doctype html>/)
    await expect(compare(before, after, { format: 'html', out })).rejects.toThrow(`${out} is there already`)
    await expect(compare(before, after, { format: 'text', out: join(directory, 'no', 'where') })).rejects.toThrow(
      UsageProblem,
    )
  })

  test('exit code 0 when things are repaired, and when nothing differs', async () => {
    const directory = directoryWith({
      before: sampleRun(),
      after: sampleRun({ 'http-duplicates.onlyOne': { verdict: 'pass' } }),
    })
    const [before, after] = [join(directory, 'before'), join(directory, 'after')]
    expect(await compared(before, after)).toMatchObject({
      exitCode: 0,
      text: expect.stringMatching(/^NOTHING NEWLY BROKEN: 1 repaired\./),
    })
    expect(await compared(before, join(before, 'run.json'))).toMatchObject({
      exitCode: 0,
      text: expect.stringMatching(/^NO DIFFERENCE/),
    })
  })

  test('as JSON, in which nothing can steer a terminal', async () => {
    const { before, after } = sampleRuns()
    const hostile = { ...after, device: { ...after.device, name: '\u009b2J\u202e\u{e0001}é' } }
    const directory = directoryWith({ before, after: hostile })
    const { exitCode, text } = await compared(join(directory, 'before'), join(directory, 'after'), { format: 'json' })
    expect(exitCode).toBe(1)
    expect(text).toMatch(/^[\n\x20-\x7e]*$/)
    expect(JSON.parse(text)).toMatchObject({
      schema: 'connreq/compare/1',
      after: { device: { name: hostile.device.name } },
      requirements: { newlyBroken: [{ id: 'CR-GEN-10' }] },
    })
  })

  test('a run without run.json is judged from its timeline', async () => {
    const directory = directoryWith({ before: sampleRun() })
    const ends = sampleEvidence().entries.filter(({ type }) => type === 'run-started' || type === 'run-ended')
    mkdirSync(join(directory, 'after'))
    const timeline = join(directory, 'after', 'timeline.jsonl')
    writeFileSync(timeline, ends.map((entry, index) => `${JSON.stringify({ ...entry, seq: index + 1 })}\n`).join(''))
    for (const after of [join(directory, 'after'), timeline]) {
      const { exitCode, text } = await compared(join(directory, 'before'), after)
      expect(exitCode).toBe(0)
      expect(text).toMatch(/^NOTHING NEWLY BROKEN: \d+ newly undecided|^NOTHING NEWLY BROKEN: \d+ no longer tested/)
    }
  })

  test.each([
    ['nowhere', 'nowhere is not there'],
    ['empty', 'empty has neither run.json nor timeline.jsonl'],
    ['other.json', 'other.json is no run.json of this version (tool: '],
    ['torn.json', 'torn.json cannot be read: '],
    ['huge.json', 'huge.json is too long for a run.json'],
  ])('%s is refused in a sentence', async (name, sentence) => {
    const directory = directoryWith({ before: sampleRun() })
    mkdirSync(join(directory, 'empty'))
    writeFileSync(join(directory, 'other.json'), '{ "schema": "connreq/run/1" }')
    writeFileSync(join(directory, 'torn.json'), '{ "\x1b[2J')
    writeFileSync(join(directory, 'huge.json'), '')
    truncateSync(join(directory, 'huge.json'), 100 * 1024 * 1024)
    const problem = await compared(join(directory, 'before'), join(directory, name)).catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(UsageProblem)
    const { message } = problem as UsageProblem
    expect(message).toContain(sentence)
    expect(visibleText(message)).toBe(message)
  })
})
