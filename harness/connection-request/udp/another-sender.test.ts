import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createRealClock } from '../../clock/real-clock.ts'
import { TimelineRecorder } from '../../timeline/recorder.ts'
import { keepSecrets } from '../../timeline/redactor.ts'
import { openAnotherSender } from './another-sender.ts'

const address = '127.0.0.1'

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

test('does not open at an address that is not ours', async () => {
  const clock = createRealClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const opened = openAnotherSender({ clock, timeline, address: '192.0.2.9', isDevice: () => false })
  await expect(opened).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' })
})
