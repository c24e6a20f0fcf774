import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sampleTimeline } from '../sample-timeline.ts'
import { readCapture } from './read-capture.ts'
import { timelineEntries } from './timeline-entries.ts'
import { captureFileName, writeCapture } from './write-capture.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'connreq-capture-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const write = (lines: readonly string[]) => writeFileSync(join(directory, 'timeline.jsonl'), lines.join('\n'))

function sampleLines(): string[] {
  const sample = sampleTimeline()
  sample.add(0, {
    type: 'run-started',
    tool: { version: '1.2.3' },
    clock: 'real',
    wallTime: '2026-11-22T10:00:00.000Z',
    node: 'v20',
    platform: 'linux',
    profile: {},
    pid: 1,
  })
  sample.request(1)
  return sample.entries.map(entry => JSON.stringify(entry))
}

test('the packets of a run directory, readable by its owner only, in the place of those before', () => {
  write(sampleLines())
  writeFileSync(join(directory, captureFileName), 'old')
  const written = writeCapture(directory)
  expect(written?.path).toBe(join(directory, captureFileName))
  const packets = readCapture(readFileSync(written?.path ?? ''))
  expect(packets).toHaveLength(written?.packets ?? 0)
  expect(packets.filter(({ data }) => data.toString().startsWith('GET /b7f3c1'))).toHaveLength(1)
  expect(statSync(written?.path ?? '').mode & 0o777).toBe(0o600)
  expect(readdirSync(directory).toSorted()).toEqual([captureFileName, 'timeline.jsonl'])
})

test('a timeline without its beginning gives nothing', () => {
  write(sampleLines().slice(1))
  expect(writeCapture(directory)).toBeUndefined()
  expect(existsSync(join(directory, captureFileName))).toBe(false)
})

test('lines of any length are read, and a torn one is left out', () => {
  const long = JSON.stringify({ seq: 2, at: 1, type: 'step-begun', text: 'é'.repeat(400_000) })
  write([...sampleLines().slice(0, 1), long, '"no entry"', '{"seq":3,"at":2,"ty'])
  const entries = [...timelineEntries(join(directory, 'timeline.jsonl'))]
  expect(entries.map(({ type }) => type)).toEqual(['run-started', 'step-begun'])
  expect(JSON.stringify(entries[1])).toBe(long)
})
