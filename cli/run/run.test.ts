import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseProfile } from '../../harness/device/read-profile.ts'
import { runSchema } from '../../reports/run-schema.ts'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, temporaryDirectory } from '../testing/connreq-process.ts'

beforeAll(ensureBuilt, 60_000)

const timeoutMs = 30_000
const runFiles = [
  'allure-results',
  'junit.xml',
  'profile.yaml',
  'report.html',
  'results.csv',
  'run.json',
  'timeline.jsonl',
]

/** What differs from run to run, made the same. */
const settled = (text: string) =>
  text
    .replace(/\d{8}-\d{6}/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '<moment>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/connreq \d+\.\d+\.\d+/g, 'connreq <version>')

const only = (directory: string) => {
  const [name = ''] = readdirSync(join(directory, 'runs'))
  return join(directory, 'runs', name)
}

describe('connreq run without a profile', { timeout: timeoutMs }, () => {
  test('plays the simulated device and writes every file', async () => {
    const directory = temporaryDirectory()
    const { exitCode, stdout, stderr } = await connreq(directory, ['run', '--only', 'http-challenge', 'http-url'])
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const run = only(directory)
    expect(run).toMatch(/simulated-cpe-\d{8}-\d{6}$/)
    expect(readdirSync(run).sort()).toEqual(runFiles)
    expect(readdirSync(join(run, 'allure-results')).length).toBeGreaterThan(10)
    const record = runSchema.parse(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')))
    expect(record.verdict).toBe('kept-in-virtual-time')
    expect(parseProfile(readFileSync(join(run, 'profile.yaml'), 'utf8'), 'profile.yaml').timing.idle).toBe(2000)
    expect(stdout).not.toContain('\x1b')
    await expect(settled(stdout)).toMatchFileSnapshot('../golden/run.txt')
  })

  test('a broken requirement is named, with exit code 1', async () => {
    const { exitCode, stdout } = await connreq(temporaryDirectory(), [
      ...['run', '--only', 'CR-GEN-04', '--fault', 'session-never', '--reporter', 'terminal'],
    ])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('NOT CONFORMANT')
    expect(stdout).toContain('  CR-GEN-04  3.2.2.1  MUST\n')
  })

  test('--repeat plays each scenario again; a quiet run prints nothing', async () => {
    const directory = temporaryDirectory()
    const args = ['run', '--only', 'http-challenge', '--repeat', '2', '--out', 'here', '--reporter', 'allure']
    expect(await connreq(directory, args)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const { scenarios } = runSchema.parse(JSON.parse(readFileSync(join(directory, 'here', 'run.json'), 'utf8')))
    expect(scenarios.map(({ id, repetition }) => `${id} ${repetition}`)).toEqual([
      'http-challenge 1',
      'http-challenge 2',
      'invariants 1',
    ])
    const again = await connreq(directory, args)
    expect(again.exitCode).toBe(2)
    expect(again.stderr).toBe('here is there already and nothing is overwritten; name a new directory with --out.\n')
  })

  test('Allure is told epic, feature, story and a wire log of what failed, and gets nothing when not wanted', async () => {
    const directory = temporaryDirectory()
    await connreq(directory, ['run', '--only', 'http-challenge', '--fault', 'no-qop', '--out', 'a'])
    const folder = join(directory, 'a', 'allure-results')
    const results = readdirSync(folder)
      .filter(name => name.endsWith('-result.json'))
      .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as AllureResult)
    const failed = results.find(({ name }) => name.startsWith('CR-HTTP-06'))
    const labels = Object.fromEntries((failed?.labels ?? []).map(({ name, value }) => [name, value]))
    expect(labels).toMatchObject({ epic: 'Connection Request by HTTP', feature: '3.2.2.2' })
    expect(labels['story']).toBe('http-challenge: The challenge to an unauthenticated request')
    expect(failed?.historyId).toContain('http-challenge/challenged/1')
    expect(readdirSync(folder).some(name => name.endsWith('-attachment.txt'))).toBe(true)
    await connreq(directory, ['run', '--only', 'http-challenge', '--reporter', 'terminal', '--out', 'b'])
    expect(existsSync(join(directory, 'b', 'allure-results'))).toBe(false)
  })

  test('colours only where they are asked for', async () => {
    const args = ['run', '--only', 'http-challenge', '--reporter', 'terminal']
    const coloured = connreq(temporaryDirectory(), args, { FORCE_COLOR: '1' })
    const plain = connreq(temporaryDirectory(), args, { FORCE_COLOR: '1', NO_COLOR: '1' })
    expect((await coloured).stdout).toContain('\x1b[32mkept')
    expect((await plain).stdout).not.toContain('\x1b')
  })

  test('a directory that holds files is refused, an empty one is taken', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'empty'))
    writeFileSync(join(directory, 'file'), '')
    const args = ['run', '--only', 'http-challenge', '--reporter', 'allure', '--out']
    expect((await connreq(directory, [...args, 'empty'])).exitCode).toBe(0)
    expect((await connreq(directory, [...args, 'file'])).exitCode).toBe(2)
  })
})

interface AllureResult {
  name: string
  historyId: string
  labels: { name: string; value: string }[]
}
