import { expect, onTestFinished, test } from 'vitest'
import { openSimulatedBench, simulatedProfile } from './simulated-bench.ts'
import { createVirtualClock } from '../harness/clock/virtual-clock.ts'
import { entriesOf } from '../harness/timeline/timeline.ts'
import { createRedactor } from '../harness/timeline/redactor.ts'
import { credentials } from './http/credentials.ts'

const about = { tool: { version: '0' }, node: '', platform: '' }

/** A bench with a device that is like this, and how to interrupt it. */
async function benchWith({ faults = [] as string[], variants = [] as string[], xmpp = true, udp = true } = {}) {
  const stop = new AbortController()
  const clock = createVirtualClock()
  const bench = await openSimulatedBench({
    ...{ clock, about, redactor: createRedactor(), profile: simulatedProfile({ xmpp, udp }), signal: stop.signal },
    device: { faults, variants },
  })
  return { bench, clock, interrupt: () => stop.abort(new Error('by hand')) }
}

const restoredIn = ({ timeline }: Awaited<ReturnType<typeof benchWith>>['bench']) =>
  entriesOf(timeline, 'restored').map(({ parameters, notRestored }) => ({
    parameters: parameters.map(name => name.replace(/^.*\.(?=.)/, '')),
    notRestored: notRestored.map(({ name }) => name.replace(/^.*\.(?=.)/, '')),
  }))

const everything = [{ parameters: [], notRestored: ['everything'] }]

test('an interrupted run gives a quick device back what it had', async () => {
  const { bench, interrupt } = await benchWith({})
  onTestFinished(() => bench[Symbol.asyncDispose]())
  await bench.meet()
  interrupt()
  await bench.finish('interrupted')
  const [xmpp, , http] = restoredIn(bench)
  expect(http?.parameters).toContain('ConnectionRequestUsername')
  expect(xmpp).toEqual({
    parameters: ['ConnReqXMPPConnection', 'ConnReqAllowedJabberIDs', '1.'],
    notRestored: [],
  })
})

test.each([{ faults: ['session-never'] }, { variants: ['session-after-25-s'] }])(
  'an interrupted run names a device as not restored that does not call within two seconds: %j',
  async device => {
    const { bench, clock, interrupt } = await benchWith(device)
    onTestFinished(() => bench[Symbol.asyncDispose]())
    await bench.meet()
    const since = clock.now()
    interrupt()
    await bench.finish('interrupted')
    expect(restoredIn(bench)).toEqual(everything)
    expect(clock.now() - since).toBeLessThan(2000)
  },
)

test('a device that is restored in the session it owed is not named as changed, though it refuses a further request', async () => {
  const { bench, interrupt } = await benchWith({ xmpp: false })
  onTestFinished(() => bench[Symbol.asyncDispose]())
  await bench.meet()
  bench.timeline.onEntry(entry => {
    if (entry.type === 'http-cr-answered' && entry.status === 204) interrupt()
  })
  await bench.play(credentials)
  await bench.finish('interrupted')
  const restored = restoredIn(bench)
  expect(restored.map(({ parameters }) => parameters[0])).toEqual(['STUNEnable', 'ConnectionRequestUsername'])
  expect(restored.flatMap(({ notRestored }) => notRestored)).not.toContain('everything')
})

test('a device that can be asked by XMPP only is restored too', async () => {
  const { bench } = await benchWith({ variants: ['xmpp-http-unreachable'], udp: false })
  onTestFinished(() => bench[Symbol.asyncDispose]())
  expect(await bench.meet()).toMatchObject({ credentialsWork: false, xmpp: { requestAccepted: true } })
  await bench.finish('completed')
  expect(restoredIn(bench)).toHaveLength(2)
  expect(restoredIn(bench)[0]?.parameters).toContain('1.')
})

test('a device that can be asked by UDP only is restored too', async () => {
  const { bench } = await benchWith({ faults: ['always-403'], xmpp: false })
  onTestFinished(() => bench[Symbol.asyncDispose]())
  expect(await bench.meet()).toMatchObject({
    credentialsWork: false,
    udp: { state: 'bound', timeToSessionMs: expect.any(Number) },
  })
  await bench.finish('completed')
  expect(restoredIn(bench)).toHaveLength(2)
  expect(restoredIn(bench)[0]?.parameters[0]).toBe('STUNEnable')
})

test('a device that accepts no request is named as not restored', async () => {
  const { bench } = await benchWith({ faults: ['always-403'], xmpp: false, udp: false })
  onTestFinished(() => bench[Symbol.asyncDispose]())
  await bench.meet()
  await bench.finish('completed')
  expect(restoredIn(bench)).toEqual(everything)
})

test('a device that was provisioned and then not met is named as not restored', async () => {
  const { bench, clock, interrupt } = await benchWith({ faults: ['xmpp-never-connects'] })
  onTestFinished(() => bench[Symbol.asyncDispose]())
  void clock.sleep(20_000).then(interrupt)
  await expect(bench.meet()).rejects.toThrow('by hand')
  await bench.finish('interrupted')
  expect(restoredIn(bench)).toEqual(everything)
})

test('nothing is said of a device that was never changed', async () => {
  const { bench } = await benchWith()
  onTestFinished(() => bench[Symbol.asyncDispose]())
  await bench.finish('interrupted')
  expect(restoredIn(bench)).toEqual([])
})

test('a row that the device ships is switched off again, and nothing of ours stays in its server table', async () => {
  const { bench } = await benchWith({ faults: ['xmpp-fixed-rows'] })
  onTestFinished(() => bench[Symbol.asyncDispose]())
  expect(await bench.meet()).toMatchObject({ xmpp: { state: 'connected', connection: { created: false } } })
  await bench.finish('completed')
  const [xmpp] = restoredIn(bench)
  expect(xmpp?.parameters).toEqual(
    expect.arrayContaining(['Enable', '1.', 'Username', 'Domain', 'ServerConnectAlgorithm', 'UseTLS']),
  )
  expect(xmpp?.notRestored).toEqual(['Password'])
})
