import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { createRealClock } from '../../clock/real-clock.ts'
import { TimelineRecorder } from '../../timeline/recorder.ts'
import { keepSecrets } from '../../timeline/redactor.ts'
import { entriesOf } from '../../timeline/timeline.ts'
import { keptDatagrams, openAnotherSender } from './another-sender.ts'

const address = '127.0.0.1'
const hasIPv6 = Object.values(networkInterfaces()).some(list => list?.some(({ address: own }) => own === '::1'))

/** A sender, and a device on the loopback; both are closed with the test. */
async function senderAt(place: string) {
  const clock = createRealClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const isDevice = (host: string) => host === address
  const sender = await openAnotherSender({ clock, timeline, address: place, isDevice })
  const device = createSocket('udp4')
  device.bind(0, address)
  await once(device, 'listening')
  onTestFinished(() => void device.close())
  return { sender, timeline, device, to: { address, port: device.address().port } }
}

test.each([address, ...(hasIPv6 ? ['::'] : [])])(
  'at %s it sends from a port of its own, and what comes back is on the timeline',
  async place => {
    const { sender, timeline, device, to } = await senderAt(place)
    onTestFinished(() => sender[Symbol.asyncDispose]())
    const arrived = once(device, 'message')
    await sender.send(Buffer.from('GET'), to)
    const [datagram, from] = (await arrived) as [Buffer, { port: number }]
    expect(datagram.toString()).toBe('GET')
    expect(from.port).toBe(sender.endpoint.port)
    device.send('HTTP/1.1 200 OK', from.port, address)
    const received = await timeline.waitFor('datagram-received', () => true, { timeoutMs: 2000, what: 'it', after: 0 })
    expect(received).toMatchObject({
      ...{ from: to, to: sender.endpoint, ofDeviceUnderTest: true, raw: { text: 'HTTP/1.1 200 OK' } },
    })
  },
)

test('a flood does not fill the timeline, and what is left out is counted at the end', async () => {
  const { sender, timeline, device, to } = await senderAt(address)
  device.send(Buffer.alloc(5000), sender.endpoint.port, address)
  for (let number = 1; number < keptDatagrams + 20; number++) device.send('x', sender.endpoint.port, address)
  // In one turn of the event loop a socket reads some thirty datagrams.
  for (let turn = 0; turn < 20; turn++) await setImmediate()
  await sender[Symbol.asyncDispose]()
  const received = entriesOf(timeline, 'datagram-received')
  expect(received).toHaveLength(keptDatagrams)
  expect(received[0]?.raw).toMatchObject({ length: 5000, cut: 5000 - 2048 })
  expect(entriesOf(timeline, 'datagrams-not-recorded')).toMatchObject([{ count: 20, from: to }])
})

test('does not open at an address that is not ours', async () => {
  await expect(senderAt('192.0.2.9')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
})
