import { once } from 'node:events'
import net from 'node:net'
import { expect, test } from 'vitest'
import { createVirtualClock } from '../clock/virtual-clock.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { decoyConnected, openDecoy } from './decoy.ts'

async function decoyAt(address: string) {
  const clock = createVirtualClock()
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const decoy = await openDecoy({ clock, timeline, address })
  const connect = () => {
    const { hostname, port } = new URL(`http://${decoy.authority}`)
    return clock.watch(net.connect(Number(port), hostname.replace(/^\[|\]$/g, '')))
  }
  return { clock, timeline, decoy, connect }
}

test('whoever connects is noted with its address, and turned away without a word', async () => {
  const { timeline, decoy, connect } = await decoyAt('127.0.0.1')
  await using _ = decoy
  const socket = connect()
  await once(socket, 'connect')
  const port = socket.localPort
  let received = 0
  socket.on('error', () => undefined).on('data', chunk => (received += chunk.length))
  await once(socket, 'close')
  expect(received).toBe(0)
  expect(entriesOf(timeline, 'mark')).toMatchObject([{ name: decoyConnected, data: { address: '127.0.0.1', port } }])
})

test('nobody who stays away is noted, whatever time passes', async () => {
  const { clock, timeline, decoy } = await decoyAt('127.0.0.1')
  await using _ = decoy
  await clock.sleep(60_000)
  expect(timeline.entries).toEqual([])
})

test('an IPv6 address stands in brackets, as a Host header names it', async () => {
  const { timeline, decoy, connect } = await decoyAt('::1')
  await using _ = decoy
  expect(decoy.authority).toMatch(/^\[::1\]:\d+$/)
  await once(connect().resume(), 'close')
  expect(timeline.entries).toHaveLength(1)
})

test('when it is closed, nobody can connect any more', async () => {
  const { decoy, connect } = await decoyAt('127.0.0.1')
  await decoy[Symbol.asyncDispose]()
  await expect(once(connect(), 'connect')).rejects.toThrow('ECONNREFUSED')
})

test('an address that is not ours is refused', async () => {
  await expect(decoyAt('192.0.2.1')).rejects.toThrow('EADDRNOTAVAIL')
})
