import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, test } from 'vitest'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, temporaryDirectory } from '../testing/connreq-process.ts'

const timeoutMs = 60_000

beforeAll(ensureBuilt, 120_000)

describe.concurrent('connreq run --shard', { timeout: timeoutMs }, () => {
  test('plays its own part, says which it is, and is not enough alone', async ({ expect }) => {
    const directory = temporaryDirectory()
    const args = [
      'run',
      '--only',
      'http-challenge,http-url',
      '--shard',
      'auto',
      '--out',
      'part',
      '--reporter',
      'terminal',
    ]
    const { exitCode, stdout } = await connreq(directory, args, { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '2' })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('playing part 1 of 2 of what --only names.')
    expect(stdout).toMatch(/^KEPT in part 1 of 2: /m)
    const record = JSON.parse(readFileSync(join(directory, 'part', 'run.json'), 'utf8')) as {
      shard: object
      scenarios: { id: string }[]
    }
    expect(record.shard).toMatchObject({ index: 1, total: 2 })
    expect(record.scenarios.map(({ id }) => id)).toEqual(['http-url', 'invariants'])
    const merged = await connreq(directory, ['merge', 'part'])
    expect(merged).toMatchObject({ exitCode: 2, stdout: expect.stringContaining('part 2 of 2 is missing') })
  })

  test('more parts than scenarios are refused before anything is made', async ({ expect }) => {
    const directory = temporaryDirectory()
    const ended = await connreq(directory, ['run', '--only', 'http-url', '--shard', '1/2', '--out', 'part'])
    expect(ended).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'There is 1 scenario to play and 2 parts to play them in: divide them into fewer parts.\n',
    })
    expect(existsSync(join(directory, 'part'))).toBe(false)
  })
})
