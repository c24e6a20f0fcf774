import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRealClock } from '../../harness/clock/real-clock.ts'
import { readTimelineFile } from '../../harness/timeline/file.ts'
import { runSchema } from '../../reports/run-schema.ts'
import { buildReports } from '../build-reports.ts'
import { ensureBuilt } from '../testing/built.ts'
import { connreq, startConnreq, temporaryDirectory } from '../testing/connreq-process.ts'

beforeAll(ensureBuilt, 60_000)

const clock = createRealClock()
const timeoutMs = 60_000
const run = ['run', '--real-time', '--only', 'http-challenge', 'http-duplicates', '--out', 'run']
/** Printed when the first scenario is over and the second, with its window of a minute, goes on. */
const firstIsOver = 'kept            http-challenge'

/** A run that is inside its second scenario. */
async function midRun() {
  const directory = temporaryDirectory()
  const connreqRun = startConnreq(directory, run)
  await connreqRun.printed(firstIsOver)
  const timeline = join(directory, 'run', 'timeline.jsonl')
  const [first] = readTimelineFile(timeline).entries
  return { directory, timeline, ...connreqRun, playingPid: first?.type === 'run-started' ? first.pid : 0 }
}

const recordIn = (directory: string) =>
  runSchema.parse(JSON.parse(readFileSync(join(directory, 'run', 'run.json'), 'utf8')))

const verdictsIn = (directory: string) =>
  Object.fromEntries(recordIn(directory).requirements.map(({ id, verdict }) => [id, verdict]))

/** Waits until the process is gone. */
async function gone(pid: number): Promise<boolean> {
  for (let looks = 0; looks < 100; looks++) {
    try {
      process.kill(pid, 0)
    } catch {
      return true
    }
    await clock.sleep(20)
  }
  return false
}

describe('a run that does not come to its end', { timeout: timeoutMs }, () => {
  test('Ctrl-C: the device is restored and reports are there within two seconds', async () => {
    const { directory, child, ended, timeline, playingPid } = await midRun()
    const asked = clock.now()
    child.kill('SIGINT')
    const { exitCode, stdout, stderr } = await ended
    expect(clock.now() - asked).toBeLessThan(2000)
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: 'The run was interrupted.\n' })
    expect(stdout).toContain('the run was interrupted')
    expect(recordIn(directory).ended.how).toBe('interrupted')
    expect(readdirSync(join(directory, 'run'))).toContain('report.html')
    const types = readTimelineFile(timeline).entries.map(({ type }) => type)
    expect(types).toContain('restored')
    expect(await gone(playingPid)).toBe(true)
  })
})

describe.concurrent('a run that ends even harder', { timeout: timeoutMs }, () => {
  test('a second Ctrl-C ends it at once', async () => {
    const { directory, child, ended, playingPid } = await midRun()
    child.kill('SIGINT')
    child.kill('SIGTERM')
    expect((await ended).exitCode).toBe(2)
    expect(existsSync(join(directory, 'run', 'report.html'))).toBe(false)
    expect(await gone(playingPid)).toBe(true)
  })

  test('kill -9: nothing on the timeline is lost, and the reports can be built from it', async () => {
    const { directory, child, ended, timeline, playingPid } = await midRun()
    child.kill('SIGKILL')
    await ended
    expect(await gone(playingPid)).toBe(true)
    expect(readdirSync(join(directory, 'run'))).not.toContain('run.json')
    expect(readTimelineFile(timeline).problems).toEqual([])

    const { exitCode, stdout } = await connreq(directory, ['report', 'run'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('the run was killed before its end')
    expect(verdictsIn(directory)).toMatchObject({ 'CR-HTTP-06': 'pass', 'CR-HTTP-07': 'pass', 'CR-HTTP-08': 'pass' })
  })
})

describe.concurrent('a run that ends in yet other ways', { timeout: timeoutMs }, () => {
  test('kill -9 of both processes: the timeline is whole, and judged up to there', async () => {
    const { directory, child, ended, timeline, playingPid } = await midRun()
    process.kill(playingPid, 'SIGKILL')
    child.kill('SIGKILL')
    await ended
    expect(readTimelineFile(timeline).problems).toEqual([])
    const { record } = buildReports(join(directory, 'run'))
    expect(record).toMatchObject({ verdict: 'error', ended: { how: 'killed' } })
    const cut = record.scenarios.filter(({ id }) => id === 'http-duplicates')
    for (const { verdict } of cut) expect(verdict).toBe('inconclusive')
  })

  test('a terminal that is closed: the device is restored and the reports are there', async () => {
    const { directory, child, ended, timeline, playingPid } = await midRun()
    child.kill('SIGHUP')
    expect((await ended).exitCode).toBe(2)
    expect(recordIn(directory).ended.how).toBe('interrupted')
    expect(readTimelineFile(timeline).entries.map(({ type }) => type)).toContain('restored')
    expect(await gone(playingPid)).toBe(true)
  })

  test('an output that nobody reads any more: the same, as soon as something is said', async () => {
    const directory = temporaryDirectory()
    const connreqRun = startConnreq(directory, run)
    await connreqRun.printed('Run directory: run')
    connreqRun.child.stdout?.destroy()
    const { exitCode, stderr } = await connreqRun.ended
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('The run was interrupted') })
    expect(existsSync(join(directory, 'run', 'report.html')) || stderr.includes('before a device called')).toBe(true)
  })

  test('a run directory that is removed: it ends, and says so', async () => {
    const { directory, child, ended, playingPid } = await midRun()
    rmSync(join(directory, 'run'), { recursive: true })
    child.kill('SIGINT')
    const { exitCode, stderr } = await ended
    expect(exitCode).toBe(2)
    expect(stderr).not.toContain('defect')
    expect(stderr).toContain('The run was interrupted.')
    expect(await gone(playingPid)).toBe(true)
  })

  test('a playing process that dies is an error of ours, and the run still has its reports', async () => {
    const { directory, ended, playingPid } = await midRun()
    process.kill(playingPid, 'SIGKILL')
    const { exitCode, stderr } = await ended
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(
      /^error of ours: The process that plays the suite died\. .*\nThe process that plays the suite died\. /,
    )
    expect(recordIn(directory)).toMatchObject({ verdict: 'error', ended: { how: 'killed' } })
    expect(verdictsIn(directory)['CR-HTTP-06']).toBe('pass')
  })
})
