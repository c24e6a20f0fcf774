import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { runSchema } from '../../reports/run-schema.ts'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, startConnreq, temporaryDirectory } from '../testing/connreq-process.ts'
import { findCaptureProgram } from './capture-program.ts'

const found = findCaptureProgram()
const permitted =
  found !== undefined &&
  spawnSync(found.path, ['-i', 'lo', '-c', '1', '-w', '/dev/null', '-a', 'duration:1']).status === 0
const readable = spawnSync('tshark', ['-v']).status === 0
const isPossible = permitted && readable
if (!isPossible) console.warn('No capture beside a run is tried: nothing may be captured on lo, or tshark is missing.')

/** What tshark finds of that protocol, as lines of these fields. */
function inCapture(run: string, protocol: string, ...fields: string[]): string[] {
  const args = ['-r', join(run, 'capture-lo.pcapng'), '-Y', protocol, '-T', 'fields']
  const { stdout } = spawnSync('tshark', [...args, ...fields.flatMap(field => ['-e', field])], { encoding: 'utf8' })
  return stdout.split('\n').filter(line => line.trim() !== '')
}

const recordIn = (run: string) => runSchema.parse(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')))

beforeAll(ensureBuilt, 90_000)

describe.skipIf(!isPossible)('connreq run --capture', { timeout: 60_000 }, () => {
  test('the HTTP messages of the run are in the capture, and report and terminal say what it holds', async () => {
    const directory = temporaryDirectory()
    const args = ['run', '--only', 'http-challenge', '--reporter', 'terminal', '--capture', 'lo', '--out', 'run']
    const { exitCode, stdout } = await connreq(directory, args)
    expect(exitCode).toBe(0)
    const run = join(directory, 'run')
    const path = new URL(/(http:\S+) answers/.exec(stdout)?.[1] ?? '').pathname
    expect(inCapture(run, `http.request.uri == "${path}"`, 'http.request.method')).toContain('GET')
    expect(inCapture(run, 'http.response.code == 401', 'http.www_authenticate').join()).toContain('Digest')
    expect(statSync(join(run, 'capture-lo.pcapng')).mode & 0o777).toBe(0o600)
    const said = 'passwords and keys in it are not taken out.'
    expect(stdout).toContain(said)
    expect(
      recordIn(run)
        .remarks.map(({ text }) => text)
        .join(),
    ).toContain(said)
  })

  test('Ctrl-C ends the capture with what was there until then', async () => {
    const directory = temporaryDirectory()
    const run = startConnreq(directory, [
      ...['run', '--real-time', '--only', 'http-challenge', 'http-duplicates', '--reporter', 'terminal'],
      ...['--capture', 'lo', '--out', 'run'],
    ])
    await run.printed('kept            http-challenge')
    run.child.kill('SIGINT')
    expect((await run.ended).exitCode).toBe(2)
    const made = join(directory, 'run')
    expect(inCapture(made, 'http.response.code == 401', 'frame.number').length).toBeGreaterThan(0)
    expect(spawnSync('tshark', ['-r', join(made, 'capture-lo.pcapng')], { encoding: 'utf8' }).stderr).not.toContain(
      'cut short',
    )
    expect(recordIn(made).ended.how).toBe('interrupted')
  })
})

describe.skipIf(!isPossible)('kill -9', { timeout: 60_000 }, () => {
  test('of connreq ends the capture too, which holds what was there until then', async () => {
    const directory = temporaryDirectory()
    const run = startConnreq(directory, [
      ...['run', '--real-time', '--only', 'http-challenge', 'http-duplicates', '--reporter', 'terminal'],
      ...['--capture', 'lo', '--out', 'run'],
    ])
    await run.printed('kept            http-challenge')
    const capturing = () => spawnSync('pgrep', ['-P', String(run.child.pid), '-x', found?.program.name ?? ''])
    const pid = Number(capturing().stdout.toString())
    expect(pid).toBeGreaterThan(0)
    run.child.kill('SIGKILL')
    await run.ended
    const clock = createRealClock()
    const state = () => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
    for (let looks = 0; looks < 100 && /^[^Z]/.test(state()); looks++) await clock.sleep(20)
    expect(state()).toMatch(/^(Z.*)?$/)
    expect(inCapture(join(directory, 'run'), 'http.response.code == 401', 'frame.number').length).toBeGreaterThan(0)
  })
})

describe('a capture that cannot be made', { timeout: 30_000 }, () => {
  test('exit code 2 before anything is asked of a device, and no run directory is left', async () => {
    const directory = temporaryDirectory()
    const args = ['run', '--only', 'http-challenge', '--capture', 'no-such-interface']
    const { exitCode, stdout, stderr } = await connreq(directory, args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/no-such-interface|install one of them/)
    expect(readdirSync(directory, { recursive: true })).not.toContainEqual(expect.stringContaining('simulated'))
  })

  test('a filter without an interface', async () => {
    const { exitCode, stderr } = await connreq(temporaryDirectory(), ['run', '--capture-filter', 'tcp'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('name an interface with it')
  })
})
