import { expect, test } from 'vitest'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import { ControlFailed } from '../harness/device/control.ts'
import { profileSchema } from '../harness/device/profile.ts'
import type { TestBench } from '../harness/test-bench.ts'
import { createRedactor } from '../harness/timeline/redactor.ts'
import { entriesOf } from '../harness/timeline/timeline.ts'
import { openSimulatedBench, simulatedProfile } from './simulated-bench.ts'

/** A bench with a simulated device, which is there already, and the control of the profile. */
async function benchWith(control: Record<string, unknown>, options: { unattended?: boolean } = {}) {
  const { control: declared } = profileSchema.parse({ control })
  return openSimulatedBench({
    ...options,
    clock: createVirtualClock(),
    profile: { ...simulatedProfile({ scheme: 'none', xmpp: false, udp: false }), control: declared },
    redactor: createRedactor(),
    about: { tool: { version: '0' }, node: '', platform: '' },
    device: { faults: [], variants: [], transports: ['http'] },
  })
}

const ended = ({ timeline }: Pick<TestBench, 'timeline'>) =>
  entriesOf(timeline, 'control').filter(({ how }) => how !== 'command-begun')

test('the device is started when the ACS listens, and stopped at the end of the run', async () => {
  await using bench = await benchWith({ start: 'echo "$CONNREQ_ACS_URL"', stop: 'echo over' })
  await bench.meet()
  await bench.finish('completed')
  const { entries } = bench.timeline
  const [start, stop] = ended(bench)
  expect(start).toMatchObject({ action: 'start', exitCode: 0, output: `${bench.acsUrl}\n` })
  expect(stop).toMatchObject({ action: 'stop', exitCode: 0, output: 'over\n' })
  const order = ['acs-listening', 'probed', 'restored', 'run-ended'].map(type =>
    entries.findIndex(e => e.type === type),
  )
  const at = (seq = 0) => entries.findIndex(entry => entry.seq === seq)
  expect([order[0], at(start?.seq), order[1], order[2], at(stop?.seq), order[3]]).toEqual(
    [...order, at(start?.seq), at(stop?.seq)].toSorted((a = 0, b = 0) => a - b),
  )
})

test('a start that fails is an error of the lab, after which the device is stopped all the same', async () => {
  await using bench = await benchWith({ start: 'echo no such outlet; exit 7', stop: 'true && echo over' })
  await expect(bench.meet()).rejects.toThrow(ControlFailed)
  await bench.finish('broken-off', 'it could not be started')
  expect(ended(bench)).toMatchObject([
    { action: 'start', exitCode: 7, output: 'no such outlet\n', problem: 'ended with exit code 7' },
    { action: 'stop', exitCode: 0 },
  ])
})

test('a stop that fails is told and changes no verdict', async () => {
  await using bench = await benchWith({ stop: 'exit 3' })
  await bench.meet()
  await bench.finish('completed')
  expect(ended(bench)).toMatchObject([{ action: 'stop', problem: 'ended with exit code 3' }])
  expect(entriesOf(bench.timeline, 'run-ended')).toMatchObject([{ how: 'completed' }])
})

test('an interrupted run stops the device too', async () => {
  await using bench = await benchWith({ stop: 'echo over' })
  await bench.meet()
  await bench.finish('interrupted', 'The run was stopped by hand.')
  expect(ended(bench)).toMatchObject([{ action: 'stop', exitCode: 0, output: 'over\n' }])
})

test('a person who is to start the device is thanked when it calls', async () => {
  await using bench = await benchWith({ start: 'ask', stop: 'ask' })
  await bench.meet()
  await bench.finish('completed')
  expect(entriesOf(bench.timeline, 'control')).toMatchObject([
    { action: 'start', how: 'ask', sentence: 'Switch the device on.' },
    { action: 'start', how: 'person' },
    { action: 'stop', how: 'ask', sentence: 'Switch the device off.' },
  ])
})

test('while nobody is there nobody is asked, and it is known what that leaves out', async () => {
  await using bench = await benchWith({ start: 'ask', stop: 'ask', valueChange: 'ask' }, { unattended: true })
  const facts = await bench.meet()
  await bench.finish('completed')
  expect(entriesOf(bench.timeline, 'control')).toEqual([])
  expect(facts.unattended).toEqual(['start', 'stop'])
})
