import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTimelineFile } from '../harness/timeline/file.ts'
import { openConformanceRun } from './conformance-run.ts'

test('a run is not held against that of another device', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'connreq-'))
  const timelinePath = join(directory, 'timeline.jsonl')
  const run = { path: 'runs/before', startedAt: '2026-03-02T08:14:05.000Z', device: { oui: 'FFFFFF' } }
  const problem = 'baseline.run: runs/before is the run of another device: its OUI is "FFFFFF"'
  const settings = {
    ...{
      timelinePath,
      only: [],
      include: [],
      suites: [],
      unattended: false,
      repeat: 1,
      keepSecrets: false,
      allure: false,
    },
    tool: { version: '0' },
    device: { kind: 'simulated' as const, faults: [], variants: [], clock: 'virtual' as const },
    baseline: { type: 'baseline' as const, run, broken: [] },
  }
  try {
    await expect(
      openConformanceRun(settings, { played: [], leftOut: [] }, new AbortController().signal),
    ).rejects.toThrow(problem)
    expect(readTimelineFile(timelinePath).entries.find(({ type }) => type === 'run-ended')).toMatchObject({
      how: 'broken-off',
      reason: expect.stringContaining(problem),
    })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
