import { expect, test } from 'vitest'
import { buildRunRecord } from '../build-run-record.ts'
import type { RunRecord } from '../run-record.ts'
import { runSchema } from '../run-schema.ts'
import { sampleEvidence } from '../sample-run.ts'
import { sampleWithoutTroubles } from '../baseline/sample-baseline.ts'
import { matrixCsv } from './matrix-csv.ts'
import { renderMerge } from './merge-page.tsx'
import { mergeRuns } from './merge-runs.ts'
import { mergeSchema } from './merge-schema.ts'
import { mergeText } from './merge-text.ts'
import { mergeExitCode, type NamedRun } from './merged-runs.ts'
import { sampleShard } from './sample-shards.ts'

const outcomes = {
  ...sampleWithoutTroubles,
  'http-duplicates.onlyOne': { verdict: 'pass' },
  'retry-wait.firstWait': { verdict: 'pass' },
} as const

/** The run of a device that was played side by side with others. */
function sideBySide(device: string, { devices = ['m', 'n', 'o'], part = true, record = {} } = {}): NamedRun {
  const place = devices.indexOf(device)
  const shelf = { device, devices, ...(part ? { part: { index: (place % 2) + 1, total: 2 } } : {}) }
  const difference = { name: device, serialNumber: `000${place}` }
  const kept: Partial<RunRecord> = { verdict: 'kept-in-part', sentence: 'KEPT.' }
  return sampleShard(`runs/${device}`, { outcomes, device: difference, record: { ...kept, shelf, ...record } })
}

const all = ['m', 'n', 'o'].map(device => sideBySide(device))
const exitCode = (runs: readonly NamedRun[]) => mergeExitCode(mergeRuns(runs), { strict: false })

test('all devices of all parts are there', () => {
  expect(mergeRuns(all).devices).toHaveLength(3)
  expect(exitCode(all)).toBe(exitCode([sampleShard('a', { outcomes, record: { verdict: 'kept-in-part' } })]))
})

test('devices of a part that is missing are named, and nothing is green without them', () => {
  const [m, , o] = all as [NamedRun, NamedRun, NamedRun]
  const merge = mergeRuns([m, o])
  expect(merge.verdict).toBe('error')
  expect(mergeExitCode(merge, { strict: false })).toBe(2)
  expect(merge.devices[2]).toMatchObject({
    label: 'n',
    verdict: 'error',
    sentence: 'NOT JUDGED: no run of it is here; it was to be played in part 2 of 2.',
    runs: [],
  })
  expect(merge.sentence).toMatch(/^NOT JUDGED: none of 3 devices broke .*, 1 of which no run is here/)
  expect(mergeSchema.parse(merge)).toEqual(merge)
  expect(mergeText(merge, { color: false })).toContain('NOT JUDGED: no run of it is here')
  expect(mergeText(merge, { color: false })).not.toContain('NOT KEPT BY ALL')
  expect(renderMerge(merge, new Map())).toContain('it was to be played in part 2 of 2')
  expect(matrixCsv(merge)).toMatch(/\r\nverdict,,,kept-in-part,kept-in-part,error,\r\n$/)
})

test('a part alone is merged without the devices of the others, which are named', () => {
  const [m, n, o] = all as [NamedRun, NamedRun, NamedRun]
  const first = { part: { index: 1, total: 2 } }
  const merge = mergeRuns([m, o], first)
  expect(merge.devices.map(({ label }) => label.split(' ')[0])).toEqual(['m', 'o'])
  expect(merge.caveats).toEqual(['This is part 1 of 2; the devices of the others are not in it: n.'])
  expect(mergeRuns([m], first).devices.map(({ label }) => label.split(' ')[0])).toEqual(['m', 'o'])
  expect(mergeRuns([n], { part: { index: 2, total: 2 } }).verdict).not.toBe('error')
})

test('devices that were played beside it in no parts are only said to be missing', () => {
  const merge = mergeRuns([sideBySide('m', { part: false })])
  expect(merge.caveats).toEqual(['Played beside these devices, but without a run here: n, o.'])
  expect(merge.devices).toHaveLength(1)
})

test('one device alone of several is not green either', () => {
  expect(exitCode(all.slice(1, 2))).toBe(2)
})

test('a run of its own makes up for a device, but no simulation does', () => {
  const [m, , o] = all as [NamedRun, NamedRun, NamedRun]
  const { shelf: _, ...record } = sideBySide('n').record
  expect(mergeRuns([m, o, { path: 'runs/n', record }]).devices).toHaveLength(3)
  const lab = { ...record.lab, simulated: { faults: [], variants: [] } }
  expect(mergeRuns([m, o, { path: 'runs/n', record: { ...record, lab } }]).devices).toHaveLength(4)
})

test('why a device has no run is said where it is known', () => {
  const runs = [sideBySide('m', { part: false }), sideBySide('n', { part: false })]
  const merge = mergeRuns(runs, { absent: [{ device: 'o', reason: 'It did not start.' }] })
  expect(merge.devices[2]).toMatchObject({ label: 'o', sentence: 'NOT JUDGED: It did not start.' })
  expect(mergeRuns([], { absent: [{ device: 'o', reason: 'It did not start.' }] }).verdict).toBe('error')
})

test('a device that never told who it is bears the name of its profile', () => {
  const { record } = sideBySide('n', { part: false, devices: ['n'] })
  expect(mergeRuns([{ path: 'runs/n', record: { ...record, device: {} } }]).devices[0]?.label).toBe('n')
})

test('a run tells with which others it was played', () => {
  const evidence = sampleEvidence()
  const shelf = { device: 'm', devices: ['m', 'n'], part: { index: 1, total: 2 } }
  const entries = evidence.entries.map(entry => (entry.type === 'run-started' ? { ...entry, shelf } : entry))
  const record = buildRunRecord({ ...evidence, entries })
  expect(record.shelf).toEqual(shelf)
  expect(runSchema.parse(record).shelf).toEqual(shelf)
})
