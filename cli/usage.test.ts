import { execSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { packageRoot, toolVersion } from './package-root.ts'
import { ensureBuilt, program } from './testing/built.ts'
import { connreq, temporaryDirectory } from './testing/connreq-process.ts'

beforeAll(ensureBuilt, 60_000)

const timeoutMs = 20_000

describe.concurrent('what cannot be done is said in a sentence, with exit code 2', { timeout: timeoutMs }, () => {
  test.each([
    [
      ['run', '--only', 'http-chalenge'],
      'There is no scenario or requirement "http-chalenge"; did you mean http-challenge?',
    ],
    [['run', 'lab.yaml'], 'lab.yaml:1:1: unknown key devise; did you mean device?'],
    [['run', '--repeat', '0'], "error: option '--repeat <times>' argument '0' is invalid. It must be 1 or more."],
    [['rum'], "error: unknown command 'rum'"],
    [['list', '--nothing'], "error: unknown option '--nothing'"],
  ])('%j', async (args, sentence) => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'lab.yaml'), 'devise: { name: ACME }\n')
    const { exitCode, stdout, stderr } = await connreq(directory, args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr.startsWith(sentence)).toBe(true)
    expect(stderr).not.toContain('    at ')
  })
})

test('a list longer than a pipe holds comes whole to a program that reads it late', { timeout: timeoutMs }, () => {
  const list = `"${process.execPath}" "${program}" list --json`
  const { faults } = JSON.parse(execSync(`${list} | (sleep 1; cat)`, { encoding: 'utf8' })) as { faults: unknown[] }
  expect(faults.length).toBeGreaterThan(200)
})

describe.concurrent('what can be asked without a device', { timeout: timeoutMs }, () => {
  test('the version and the help', async () => {
    const directory = temporaryDirectory()
    expect(await connreq(directory, ['--version'])).toMatchObject({ exitCode: 0, stdout: `${toolVersion}\n` })
    const help = await connreq(directory, ['--help'])
    expect(help.exitCode).toBe(0)
    for (const command of ['run', 'check', 'plan', 'list', 'simulate', 'report'])
      expect(help.stdout).toContain(`  ${command} `)
  })

  test('the catalogue, as text and as JSON', async () => {
    const directory = temporaryDirectory()
    const text = await connreq(directory, ['list', '--requirements'])
    expect(text.stdout).toMatch(/^Requirements \(\d+\)\n {2}CR-GEN-01 {2}/)
    expect(text.stdout).toContain('judged by http-request')
    const json = await connreq(directory, ['list', '--json'])
    const lists = JSON.parse(json.stdout) as Record<string, { id: string }[]>
    expect(Object.keys(lists)).toEqual(['requirements', 'scenarios', 'faults', 'variants'])
    expect(lists['scenarios']?.map(({ id }) => id)).toContain('http-challenge')
    const schema = await connreq(directory, ['list', '--schema'])
    expect(JSON.parse(schema.stdout)).toMatchObject({ title: 'connreq/run/1', type: 'object' })
    const ofMerge = await connreq(directory, ['list', '--schema', 'merge'])
    expect(JSON.parse(ofMerge.stdout)).toMatchObject({ title: 'connreq/merge/1', type: 'object' })
  })

  test('a plan of the simulated device, and of each shipped profile', async () => {
    const directory = temporaryDirectory()
    const [simulated, ...shipped] = await Promise.all([
      connreq(directory, ['plan']),
      ...['example', 'simulate'].map(name => {
        const text = readFileSync(join(packageRoot, 'fixtures', 'profiles', `${name}.yaml`), 'utf8')
        writeFileSync(join(directory, `${name}.yaml`), text)
        return connreq(directory, ['plan', `${name}.yaml`, '--format', 'json'])
      }),
    ])
    expect(simulated?.exitCode).toBe(0)
    expect(simulated?.stdout).toMatch(/^# Plan for the simulated device\n/)
    expect(simulated?.stdout).toMatch(
      /\| http-challenge \| The challenge to an unauthenticated request \| .* \| CR-HTTP-06 /,
    )
    for (const { exitCode, stdout } of shipped) {
      expect(exitCode).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ schema: 'connreq/plan/1', basis: 'assumed until the probe' })
    }
  })
})
