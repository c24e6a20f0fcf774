import { expect, test } from 'vitest'
import { PlanCancelled } from './session-plan.ts'
import { informText } from './stub-envelopes.ts'
import { type TestAcs, openTestAcs } from './test-acs.ts'

async function visit(bench: TestAcs, events: string[], serialNumber = 'S1'): Promise<number> {
  const device = await bench.call()
  const { status } = await device.post(informText({ events, serialNumber }))
  if (status === 200) await device.post('')
  device.close()
  return status
}

test('the first plan that fits is taken, once', async () => {
  await using bench = await openTestAcs()
  const isRequested = { when: (inform: { events: { eventCode: string }[] }) => inform.events[0]?.eventCode[0] === '6' }
  bench.acs.plan({ name: 'requested', ...isRequested, onInform: () => ({ status: 500 }) })
  const any = bench.acs.plan({ name: 'any', onInform: () => ({ status: 503 }) })
  expect(await visit(bench, ['2 PERIODIC'])).toBe(503)
  await any.done
  expect(await visit(bench, ['2 PERIODIC'])).toBe(200)
  expect(await visit(bench, ['6 CONNECTION REQUEST'])).toBe(500)
  expect(await visit(bench, ['6 CONNECTION REQUEST'])).toBe(200)
})

test('a plan serves so many sessions as it says', async () => {
  await using bench = await openTestAcs()
  const planned = bench.acs.plan({ name: 'twice', times: 2, onInform: () => ({ status: 500 }) })
  expect([await visit(bench, []), await visit(bench, []), await visit(bench, [])]).toEqual([500, 500, 200])
  await planned.done
  const always = bench.acs.plan({ name: 'always', times: 'always', onInform: () => ({ status: 500 }) })
  expect([await visit(bench, []), await visit(bench, [])]).toEqual([500, 500])
  always.cancel()
  await always.done
  expect(await visit(bench, [])).toBe(200)
})

test('a plan that is taken back says so', async () => {
  await using bench = await openTestAcs()
  const planned = bench.acs.plan({ name: 'never', onInform: () => 'reset' })
  bench.acs.clearPlans()
  await expect(planned.sessionOpened).rejects.toBeInstanceOf(PlanCancelled)
  await planned.done
  expect(await visit(bench, [])).toBe(200)
})

test('plans are for the device under test: the first that called', async () => {
  await using bench = await openTestAcs()
  await visit(bench, [], 'S1')
  bench.acs.plan({ name: 'mine', onInform: () => ({ status: 500 }) })
  expect(await visit(bench, [], 'S2')).toBe(200)
  expect(await visit(bench, [], 'S1')).toBe(500)
  expect(bench.all('session-opened').map(entry => entry.ofDeviceUnderTest)).toEqual([true, false, true])
})

test('the device under test can be named, its OUI in any case', async () => {
  await using bench = await openTestAcs()
  bench.acs.expectDevice({ oui: '00d09e', serialNumber: 'S2' })
  await visit(bench, [], 'S1')
  await visit(bench, [], 'S2')
  expect(bench.all('session-opened').map(entry => entry.ofDeviceUnderTest)).toEqual([false, true])
})
