import { spawnSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { usedTimestampMark } from '../harness/stun-lab.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import { readTimelineFile } from '../harness/timeline/file.ts'
import { runSchema } from '../reports/run-schema.ts'
import { keepTimestamp, lastTimestampOf, timestampFileName } from '../suites/last-timestamp.ts'
import { buildReports } from './build-reports.ts'
import { ensureBuilt } from './testing/built.ts'
import { connreq, temporaryDirectory } from './testing/connreq-process.ts'
import { playInto } from './testing/played-run.ts'

const mount = (...args: string[]) => spawnSync('mount', args).status === 0

const canMount = process.platform === 'linux' && mountsHere()
if (!canMount) console.log('No full disk is tried: that takes a file system of its own, which only root may mount.')

function mountsHere(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-mount-'))
  const mounts = mount('-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory)
  if (mounts) spawnSync('umount', [directory])
  rmSync(directory, { recursive: true })
  return mounts
}

/** A directory on a disk of so many kilobytes. */
function smallDisk(kilobytes: number) {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-disk-'))
  if (!mount('-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', directory)) throw new Error('It cannot be mounted.')
  onTestFinished(() => {
    spawnSync('umount', ['-l', directory])
    rmSync(directory, { recursive: true, force: true })
  })
  return { directory, remount: (options: string) => void mount('-o', `remount,${options}`, directory) }
}

/** Takes all the room that there is. */
function fill(directory: string): void {
  const file = openSync(join(directory, 'filling'), 'w')
  try {
    for (;;) writeSync(file, Buffer.alloc(4096))
  } catch {
    closeSync(file)
  }
}

const run = [
  'run',
  '--only',
  'http-challenge',
  'http-request',
  'http-variants',
  '--reporter',
  'terminal',
  '--out',
  'run',
]

beforeAll(ensureBuilt, 90_000)

describe.skipIf(!canMount)('a disk that fills up', { timeout: 60_000 }, () => {
  test('in mid-run: it ends and says why, and what was there before is judged later', async () => {
    const { directory, remount } = smallDisk(268)
    const { exitCode, stderr, stdout } = await connreq(directory, run)
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 2 })
    expect(stderr).toContain('The timeline cannot be written any more: the disk is full')
    expect(stderr).not.toContain('defect')
    const inRun = readdirSync(join(directory, 'run'))
    expect(inRun.filter(name => name.endsWith('.unfinished'))).toEqual([])
    const { entries, problems } = readTimelineFile(join(directory, 'run', 'timeline.jsonl'))
    expect(problems).toEqual([])
    expect(entries.length).toBeGreaterThan(50)

    remount('size=20m')
    const report = await connreq(directory, ['report', 'run'])
    expect(report.exitCode).toBe(0)
    const record = runSchema.parse(JSON.parse(readFileSync(join(directory, 'run', 'run.json'), 'utf8')))
    expect(record.verdict).toBe('error')
    expect(['broken-off', 'killed']).toContain(record.ended.how)
    const cut = record.scenarios.filter(({ reason }) => reason === 'The run was cut off during this scenario.')
    for (const { metrics } of cut) for (const { verdict } of metrics) expect(verdict).not.toBe('pass')
  })

  test('before the run: it does not begin', async () => {
    const { directory } = smallDisk(128)
    const { exitCode, stderr, stdout } = await connreq(directory, run)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toBe('Nothing can be written into run: the disk is full. Name another place with --out.\n')
    expect(readdirSync(directory)).toEqual([])
  })

  test('while reports are made: none is left half, and those of before are', async () => {
    const { directory, remount } = smallDisk(20_000)
    const made = join(directory, 'run')
    await playInto(made, { only: ['http-challenge'] })
    buildReports(made, { allure: true })
    const before = readFileSync(join(made, 'run.json'), 'utf8')
    fill(directory)
    expect(() => buildReports(made, { allure: true })).toThrow(/reports cannot be written into .*: the disk is full\. /)
    expect(() => buildReports(made)).toThrow('the disk is full')
    expect(readFileSync(join(made, 'run.json'), 'utf8')).toBe(before)
    expect(readdirSync(made).filter(name => name.endsWith('.unfinished'))).toEqual([])
    remount('size=40m')
    expect(buildReports(made).record.verdict).toBe('kept-in-virtual-time')
  })

  test('the last timestamp by UDP of before is kept', () => {
    const { directory } = smallDisk(1000)
    const timeline = join(directory, 'run', 'timeline.jsonl')
    mkdirSync(join(directory, 'run'))
    const keep = keepTimestamp(timeline)
    const used = (seq: number, ts: number): Entry => ({
      seq,
      at: 0,
      type: 'mark',
      name: usedTimestampMark,
      data: { ts },
    })
    keep(used(1, 1000))
    fill(directory)
    keep(used(2, 2000))
    expect(readdirSync(join(directory, 'run'))).toEqual([timestampFileName])
    expect(lastTimestampOf(join(directory, 'next', 'timeline.jsonl'), {})).toBe(1000)
  })

  test('a file system that is read-only: it does not begin', async () => {
    const { directory, remount } = smallDisk(1000)
    mkdirSync(join(directory, 'empty'))
    remount('ro')
    const { exitCode, stderr } = await connreq(directory, run)
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'The directory run cannot be made: the file system is read-only.\n',
    })
    const inEmpty = await connreq(directory, [...run.slice(0, -1), 'empty'])
    expect(inEmpty).toMatchObject({ exitCode: 2, stdout: '' })
    expect(inEmpty.stderr).toBe(
      'Nothing can be written into empty: the file system is read-only. Name another place with --out.\n',
    )
  })
})

describe('a place that is none', { timeout: 30_000 }, () => {
  test.each([
    ['a file where runs/ should be', ['run', '--only', 'http-challenge'], 'a part of the path is a file'],
    ['a file on the way', [...run.slice(0, -1), 'runs/below/run'], 'a part of the path is a file'],
    ['a path too long', [...run.slice(0, -1), 'x'.repeat(300)], 'the path is too long'],
  ])('%s: a sentence, and nothing is begun', async (_, args, why) => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'runs'), '')
    const { exitCode, stderr, stdout } = await connreq(directory, args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(/^The directory .* cannot be made: .*\.\n$/)
    expect(stderr).toContain(why)
    expect(statSync(join(directory, 'runs')).size).toBe(0)
  })
})
