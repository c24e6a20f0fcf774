import { expect, test } from 'vitest'
import type { Entry, EntryOf } from '../../harness/timeline/entry.ts'
import { remarksOf } from '../remarks.ts'
import { sampleEvidence } from '../sample-run.ts'
import { restoringLines } from './restoring.ts'

const started = sampleEvidence().entries.find((entry): entry is EntryOf<'run-started'> => entry.type === 'run-started')!
const root = 'Device.ManagementServer.'
const provisioned: Entry = {
  seq: 2,
  at: 0,
  type: 'provisioned',
  status: 0,
  parameters: ['ConnectionRequestUsername', 'ConnectionRequestPassword', 'PeriodicInformInterval'].map(name => ({
    name: root + name,
    value: 'new',
  })),
}
const parameters = { [`${root}ConnectionRequestUsername`]: { value: 'acs', writable: true } }
const probed: Entry = { seq: 3, at: 0, type: 'probed', probe: { parameters } }
const password = { name: `${root}ConnectionRequestPassword`, reason: 'Set your own again.' }
const restored = (names: string[], notRestored: { name: string; reason: string }[]): Entry => ({
  seq: 4,
  at: 0,
  type: 'restored',
  parameters: names,
  notRestored,
})
const left =
  'The device was left changed: ConnectionRequestUsername (before: "acs"), ' +
  'ConnectionRequestPassword (set your own again), PeriodicInformInterval.'

test('what was set back is counted, what was not is named', () => {
  const entries = [started, provisioned, probed, restored([`${root}ConnectionRequestUsername`], [password])]
  expect(restoringLines(entries)).toEqual([
    'Restored: 1 parameter.',
    'Not restored: ConnectionRequestPassword: Set your own again.',
  ])
})

test('what was set back in several steps is counted together', () => {
  const steps = [restored(['a', 'b'], []), restored(['c'], [password])]
  expect(restoringLines([started, provisioned, probed, ...steps])).toEqual([
    'Restored: 3 parameters.',
    'Not restored: ConnectionRequestPassword: Set your own again.',
  ])
})

test('a killed run left the device changed, which is a remark too', () => {
  const entries = [started, provisioned, probed]
  expect(restoringLines(entries)).toEqual([left])
  expect(remarksOf(entries)).toEqual([{ text: left, count: 1, evidence: [2] }])
})

test('restoring that failed as a whole left the device changed', () => {
  const failed = restored([], [{ name: 'everything', reason: 'There was no more time.' }])
  expect(restoringLines([started, provisioned, probed, failed])).toEqual([
    'Not restored: everything: There was no more time.',
    left,
  ])
})

test('nothing is said of a device that ends with the run, or was never changed', () => {
  expect(restoringLines([{ ...started, simulated: { faults: [], variants: [] } }, provisioned])).toEqual([])
  expect(restoringLines([started])).toEqual([])
})
