import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRealClock } from '../../clock/real-clock.ts'
import { TimelineRecorder } from '../../timeline/recorder.ts'
import { keepSecrets } from '../../timeline/redactor.ts'
import { entriesOf } from '../../timeline/timeline.ts'
import { keptDatagrams, openAnotherSender } from './another-sender.ts'

const address = '127.0.0.1'
const hasIPv6 = Object.values(networkInterfaces()).some(list => list?.some(({ address: own }) => own === '::1'))

test('sends from a port of its own, and what comes back is on the timeline', async () => {
  const clock = createRealClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const device = createSocket('udp4')
  device.bind(0, address)
  await once(device, 'listening')
  try {
    await using sender = await openAnotherSender({ clock, timeline, address, isDevice: from => from === address })
    const arrived = once(device, 'message')
    await sender.send(Buffer.from('GET'), { address, port: device.address().port })
    const [datagram, from] = (await arrived) as [Buffer, { port: number }]
    expect(datagram.toString()).toBe('GET')
    expect(from.port).toBe(sender.endpoint.port)
    device.send('HTTP/1.1 200 OK', from.port, address)
    const received = await timeline.waitFor('datagram-received', () => true, { timeoutMs: 2000, what: 'it', after: 0 })
    expect(received).toMatchObject({ to: sender.endpoint, ofDeviceUnderTest: true, raw: { text: 'HTTP/1.1 200 OK' } })
  } finally {
    device.close()
  }
})

test.skipIf(!hasIPv6)('from a place of both kinds it reaches IPv4 too, shown as such', async () => {
  const clock = createRealClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const device = createSocket('udp4')
  device.bind(0, address)
  await once(device, 'listening')
  try {
    await using sender = await openAnotherSender({ clock, timeline, address: '::', isDevice: from => from === address })
    const arrived = once(device, 'message')
    await sender.send(Buffer.from('GET'), { address, port: device.address().port })
    await arrived
    device.send('x', sender.endpoint.port, address)
    const received = await timeline.waitFor('datagram-received', () => true, { timeoutMs: 2000, what: 'it', after: 0 })
    expect(received).toMatchObject({ from: { address }, ofDeviceUnderTest: true })
  } finally {
    device.close()
  }
})

test('a flood does not fill the timeline, and what is left out is counted at the end', async () => {
  const clock = createRealClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const flooder = createSocket('udp4')
  flooder.bind(0, address)
  await once(flooder, 'listening')
  try {
    const sender = await openAnotherSender({ clock, timeline, address, isDevice: () => false })
    flooder.send(Buffer.alloc(5000), sender.endpoint.port, address)
    for (let number = 1; number < keptDatagrams + 20; number++) flooder.send('x', sender.endpoint.port, address)
    // In one turn of the event loop a socket reads some thirty datagrams.
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    await sender[Symbol.asyncDispose]()
    const received = entriesOf(timeline, 'datagram-received')
    expect(received).toHaveLength(keptDatagrams)
    expect(received[0]?.raw).toMatchObject({ length: 5000, cut: 5000 - 2048 })
    expect(entriesOf(timeline, 'datagrams-not-recorded')).toMatchObject([
      { count: 20, from: { port: flooder.address().port } },
    ])
  } finally {
    flooder.close()
  }
})

test('does not open at an address that is not ours', async () => {
  const clock = createRealClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const opened = openAnotherSender({ clock, timeline, address: '192.0.2.9', isDevice: () => false })
  await expect(opened).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
})
