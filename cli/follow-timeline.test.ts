import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import { createRedactor } from '../harness/timeline/redactor.ts'
import { readTimelineFile } from '../harness/timeline/file.ts'
import { appendEntries } from './append-entries.ts'
import { followTimeline } from './follow-timeline.ts'
import { temporaryDirectory } from './testing/connreq-process.ts'

const line = (seq: number, text: string) => `${JSON.stringify({ seq, at: seq * 10, type: 'step-begun', text })}\n`

test('entries are told as they are written, a torn line when it is whole, and the last ones at the end', async () => {
  const path = join(temporaryDirectory(), 'timeline.jsonl')
  const clock = createVirtualClock()
  const end = new AbortController()
  const told: string[] = []
  const looks: number[] = []
  const following = followTimeline(path, {
    clock,
    signal: end.signal,
    onEntry: entry => told.push('text' in entry ? entry.text : entry.type),
    onLook: () => looks.push(clock.now()),
  })
  await clock.sleep(150)
  expect(told).toEqual([])
  const [before, after] = [line(2, 'zwei, für wahr').slice(0, 30), line(2, 'zwei, für wahr').slice(30)]
  writeFileSync(path, line(1, 'eins') + before)
  await clock.sleep(100)
  expect(told).toEqual(['eins'])
  appendFileSync(path, `${after}not an entry\n`)
  await clock.sleep(100)
  expect(told).toEqual(['eins', 'zwei, für wahr'])
  appendFileSync(path, line(3, 'drei'))
  end.abort()
  await following
  expect(told).toEqual(['eins', 'zwei, für wahr', 'drei'])
  expect(looks.slice(0, 4)).toEqual([0, 100, 200, 300])
})

test('entries of ours follow the last whole one; a torn line goes, a secret does not stay', () => {
  const path = join(temporaryDirectory(), 'timeline.jsonl')
  writeFileSync(path, `${line(1, 'eins')}{"seq":2,"at":`)
  const redactor = createRedactor()
  redactor.learn('a-secret-password')
  appendEntries(path, [{ type: 'harness-error', message: 'it said a-secret-password' }], redactor)
  const { entries, problems } = readTimelineFile(path)
  expect(problems).toEqual([])
  expect(entries.at(-1)).toEqual({ seq: 2, at: 10, type: 'harness-error', message: 'it said [redacted]' })
  expect(readFileSync(path, 'utf8').endsWith('\n')).toBe(true)
})
