import { expect, test } from 'vitest'
import type { RunRecord } from '../run-record.ts'
import { caveatsOf, circumstancesOf } from './circumstances.ts'
import { profileChanges } from './profile-changes.ts'
import { sampleRun } from './sample-runs.ts'

const run = sampleRun()
const withDevice = (device: RunRecord['device']): RunRecord => ({ ...run, device: { ...run.device, ...device } })

test('of one device and version there is nothing to say', () => {
  expect(caveatsOf(run, run)).toEqual([])
  expect(circumstancesOf(run, run)).toEqual([])
})

test('another firmware is a circumstance without a caveat', () => {
  const other = withDevice({ firmware: '1.3.0' })
  expect(caveatsOf(run, other)).toEqual([])
  expect(circumstancesOf(run, other)).toEqual([{ name: 'firmware', before: '1.2.3', after: '1.3.0' }])
})

test.each([
  ['another model', withDevice({ productClass: 'RG-900' }), 'These are two different devices: '],
  ['another unit', withDevice({ serialNumber: 'another' }), 'These are two units of '],
  ['virtual time', { ...run, clock: 'virtual' as const }, 'Real time before, virtual time after: '],
  [
    'the simulated device',
    { ...run, lab: { ...run.lab, simulated: { faults: [], variants: [] } } },
    'A real device before, a simulated one after: ',
  ],
  ['another commit', { ...run, tool: { ...run.tool, commit: 'fedcba9' } }, 'Two versions of connreq made these runs'],
])('%s is said in a sentence', (_, other, sentence) => {
  const caveats = caveatsOf(run, other)
  expect(caveats).toHaveLength(1)
  expect(caveats[0]?.startsWith(sentence)).toBe(true)
  expect(circumstancesOf(run, other)).toHaveLength(1)
})

test('a device that does not tell who it is, is not called another one', () => {
  expect(caveatsOf(run, { ...run, device: {} })).toEqual([])
})

test('profiles are compared leaf by leaf, however deep they go', () => {
  expect(
    profileChanges({ acs: { listen: 'a', url: 'b' } }, { acs: { listen: 'c', url: 'b' }, stun: { nat: true } }),
  ).toEqual([
    { name: 'profile acs.listen', before: 'a', after: 'c' },
    { name: 'profile stun.nat', after: 'true' },
  ])
  const deep = (levels: number) => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`) as unknown
  expect(profileChanges(deep(20_000), deep(20_001))).toEqual([])
  expect(profileChanges(undefined, 'none')).toEqual([{ name: 'profile', after: 'none' }])
})
