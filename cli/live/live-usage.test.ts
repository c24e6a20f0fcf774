import { readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, temporaryDirectory } from '../testing/connreq-process.ts'

beforeAll(ensureBuilt, 90_000)

describe('connreq run --live', { timeout: 30_000 }, () => {
  test('a port that is taken: exit code 2, what to do, and no run directory', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const directory = temporaryDirectory()
    const { exitCode, stdout, stderr } = await connreq(directory, ['run', '--live', String(port)])
    other.close()
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('choose another with --live <port>, or any free one with --live 0.')
    expect(readdirSync(directory)).toEqual([])
  })

  test('a profile after it is no port', async () => {
    const { exitCode, stderr } = await connreq(temporaryDirectory(), ['run', '--live', 'profile.yaml'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('name a profile before --live')
  })
})
