import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { runSchema } from '../../reports/run-schema.ts'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, temporaryDirectory } from '../testing/connreq-process.ts'

beforeAll(ensureBuilt, 60_000)

test('connreq run --failed: what broke is played again, and after the repair nothing is', {
  timeout: 30_000,
}, async () => {
  const directory = temporaryDirectory()
  const scenarios = ['http-challenge', 'http-url']
  await connreq(directory, ['run', '--only', ...scenarios, '--fault', 'url-writable', '--out', 'before'])

  const repaired = await connreq(directory, ['run', '--failed', 'before', '--out', 'after'])
  expect(repaired).toMatchObject({ exitCode: 0, stderr: '' })
  expect(repaired.stdout).toContain('the simulated device in virtual time; playing what --failed finds.\n')
  expect(repaired.stdout).toMatch(
    /stayed undecided in before:\n {2}http-url: CR-HTTP-02 broken\nRun directory: after\n/,
  )
  const { scenarios: played } = runSchema.parse(JSON.parse(readFileSync(join(directory, 'after', 'run.json'), 'utf8')))
  expect(played.map(({ id }) => id)).toEqual(['http-url', 'invariants'])

  expect(await connreq(directory, ['run', '--failed', 'after'])).toEqual({
    exitCode: 0,
    stdout: 'Nothing failed, hit an error or stayed undecided in after: there is nothing to play again.\n',
    stderr: '',
  })
  expect(existsSync(join(directory, 'runs'))).toBe(false)

  expect(await connreq(directory, ['run', '--failed', 'before', '--only', 'http-url'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: '--failed takes the scenarios from an earlier run and --only names them: give one of the two, not both.\n',
  })
  expect(readdirSync(directory).sort()).toEqual(['after', 'before'])
})
