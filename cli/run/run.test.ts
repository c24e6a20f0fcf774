import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
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
  'udp-timestamp.json',
]

/** What differs from run to run, made the same. */
const settled = (text: string) =>
  text
    .replace(/\d{8}-\d{6}/g, '<time>')
    .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, '<moment>')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:<port>')
    .replace(/127\.0\.0\.1 port \d+/g, '127.0.0.1 port <port>')
    .replace(/\/\S+\/ca\.pem/g, '<directory>/ca.pem')
    .replace(/cpe-[0-9a-f]{8}/g, 'cpe-<random>')
    .replace(/connreq \d+\.\d+\.\d+/g, 'connreq <version>')
    .replace(/at least .* by/, 'at least <duration> by')
    .replace(/\d+ not part/, '<count> not part')
    .replace(/ +\d+ {2}untested/, '     <count>  untested')

function onlyRun(directory: string): string {
  const [name = ''] = readdirSync(join(directory, 'runs'))
  return join(directory, 'runs', name)
}

const recordIn = (run: string) => runSchema.parse(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')))

describe.concurrent('connreq run without a profile', { timeout: timeoutMs }, () => {
  test('plays the simulated device and writes every file, and the reports can be built again', async ({ expect }) => {
    const directory = temporaryDirectory()
    const args = ['run', '--only', 'http-challenge', 'http-url']
    const { exitCode, stdout, stderr } = await connreq(directory, args, { NO_COLOR: '1' })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const run = onlyRun(directory)
    expect(run).toMatch(/simulated-cpe-\d{8}-\d{6}$/)
    expect(readdirSync(run).sort()).toEqual(runFiles)
    const record = recordIn(run)
    expect(record.verdict).toBe('kept-in-virtual-time')
    const used = readFileSync(join(run, 'profile.yaml'), 'utf8')
    expect(() => parseProfile(used, 'profile.yaml')).toThrow('[redacted]')
    expect(parseProfile(used.replaceAll('[redacted]', 'secret'), 'profile.yaml').timing.idle).toBe(2000)
    expect(stdout).not.toContain('\x1b')
    await expect(settled(stdout)).toMatchFileSnapshot('../golden/run.txt')

    rmSync(join(run, 'run.json'))
    expect(await connreq(directory, ['report', run])).toMatchObject({ exitCode: 0, stderr: '' })
    expect(recordIn(run)).toEqual(record)
  })

  test('a broken requirement is named, with exit code 1, in colour where asked', async () => {
    const directory = temporaryDirectory()
    const args = ['run', '--only', 'CR-GEN-04', '--fault', 'session-never', '--reporter', 'terminal']
    const { exitCode, stdout } = await connreq(directory, args, { FORCE_COLOR: '1' })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('NOT CONFORMANT')
    expect(stdout).toContain('\x1b[31mbroken ')
    expect(stdout).toContain('CR-GEN-04  3.2.2.1  MUST')
    expect(readdirSync(onlyRun(directory))).not.toContain('allure-results')
  })

  test('--repeat plays each scenario again; a quiet run prints nothing; nothing is overwritten', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'here'))
    const args = ['run', '--only', 'http-challenge', '--repeat', '2', '--out', 'here', '--reporter', 'allure']
    expect(await connreq(directory, args)).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const played = recordIn(join(directory, 'here')).scenarios.map(({ id, repetition }) => `${id} ${repetition}`)
    expect(played).toEqual(['http-challenge 1', 'http-challenge 2', 'invariants 1'])
    expect(await connreq(directory, args)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'here is there already and nothing is overwritten; name a new directory with --out.\n',
    })
  })

  test('Allure is told epic, feature and story, and gets a wire log of what failed', async () => {
    const directory = temporaryDirectory()
    await connreq(directory, ['run', '--only', 'http-challenge', '--fault', 'no-qop', '--out', 'run'])
    const folder = join(directory, 'run', 'allure-results')
    const results = readdirSync(folder)
      .filter(name => name.endsWith('-result.json'))
      .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as AllureResult)
    const offered = results.find(({ name }) => name.startsWith('CR-HTTP-07'))
    const labels = Object.fromEntries((offered?.labels ?? []).map(({ name, value }) => [name, value]))
    expect(labels).toMatchObject({
      epic: 'Connection Request by HTTP',
      feature: '3.4.5',
      story: 'http-challenge: The challenge to an unauthenticated request',
    })
    expect(offered?.historyId).toContain('http-challenge/qop/1')
    const [log] = readdirSync(folder).filter(name => name.endsWith('-attachment.txt'))
    expect(readFileSync(join(folder, log ?? ''), 'utf8')).toContain('Scenario http-challenge begins')
  })
})

interface AllureResult {
  name: string
  historyId: string
  labels: { name: string; value: string }[]
}
