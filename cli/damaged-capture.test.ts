import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { CaptureUnreadable } from '../harness/capture/capture-unreadable.ts'
import { readCapture } from '../harness/capture/read-capture.ts'
import { isInstalled } from '../harness/stun-server/interop/programs.ts'
import type { Entry } from '../harness/timeline/entry.ts'
import { writeCapture } from '../reports/capture/write-capture.ts'
import { judgeRun } from '../suites/judge-run.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'
import { playRun, writeTimeline } from './testing/played-run.ts'

const hasTshark = isInstalled('tshark', '/usr/bin/tshark')
const tool = { version: '0.0.0' }
/** tshark takes half a second to start. */
const mutations = 24
const atOnce = 4

let directory = ''
let capture = Buffer.alloc(0)

beforeAll(async () => {
  directory = temporaryDirectory()
  writeTimeline(directory, (await playRun({ only: ['http-challenge'] })).entries)
  capture = readFileSync(writeCapture(directory)?.path ?? '')
}, 60_000)

/** Numbers from 0 to below `most` that are the same in each run. */
function chance(seed: number): (most: number) => number {
  let state = seed
  return most => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state % most
  }
}

/** A capture with bytes changed, left out or put in, or its end cut off. */
function damaged(seed: number): Buffer {
  const next = chance(seed)
  const bytes = Buffer.from(capture)
  if (seed % 4 === 0) return bytes.subarray(0, 300 + next(bytes.length - 300))
  if (seed % 4 === 1) {
    const at = next(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + next(400))])
  }
  for (let count = 1 + next(60); count > 0; count--) bytes[200 + next(bytes.length - 200)] = next(256)
  return bytes
}

/** What is read of it, or the sentence that says why nothing is. */
async function read(bytes: Buffer, name: string): Promise<{ entries: Entry[]; remarks: string[] } | string> {
  const path = join(directory, name)
  writeFileSync(path, bytes)
  try {
    return await readCapture({ path, tool })
  } catch (error) {
    if (error instanceof CaptureUnreadable) return error.message
    throw error
  }
}

describe.skipIf(!hasTshark)('a damaged capture', () => {
  test('gives what can be read of it, or a sentence', { timeout: 90_000 }, async () => {
    const seeds = Array.from({ length: mutations }, (_, index) => index)
    let readable = 0
    for (let begin = 0; begin < mutations; begin += atOnce)
      await Promise.all(
        seeds.slice(begin, begin + atOnce).map(async seed => {
          const outcome = await read(damaged(seed), `damaged-${seed}`)
          if (typeof outcome === 'string') return expect(outcome).toMatch(/\.$|says: /)
          readable++
          const { entries } = outcome
          expect(entries[0]?.type).toBe('run-started')
          expect(() => judgeRun(entries)).not.toThrow()
          const ats = entries.map(({ at }) => at)
          expect(ats.every(at => Number.isFinite(at) && at >= 0)).toBe(true)
        }),
      )
    expect(readable).toBeGreaterThan(mutations / 3)
  })

  test('that was cut off says so', { timeout: 30_000 }, async () => {
    const outcome = await read(capture.subarray(0, Math.floor(capture.length * 0.8)), 'cut')
    expect(outcome).toMatchObject({ remarks: [expect.stringContaining('damaged or not complete')] })
  })
})
