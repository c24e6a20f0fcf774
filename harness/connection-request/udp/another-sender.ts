import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Clock } from '../../clock/clock.ts'
import { bodyOf } from '../../timeline/body.ts'
import type { TimelineRecorder } from '../../timeline/recorder.ts'
import type { DatagramSender } from './requester.ts'

/** A socket of its own, to send from elsewhere than the STUN server. */
export interface AnotherSender extends DatagramSender, AsyncDisposable {}

/**
 * Opens a socket at any free port of `address`. What arrives there is put on the timeline: no datagram should.
 * @param options.isDevice whether an address is one of the device's
 * @throws Error with the code of the system when the address is not to be had
 */
export async function openAnotherSender(options: {
  clock: Clock
  timeline: Pick<TimelineRecorder, 'add'>
  address: string
  isDevice: (address: string) => boolean
}): Promise<AnotherSender> {
  const { clock, timeline, address, isDevice } = options
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
  clock.watchDatagrams(socket)
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) => {
      socket.close()
      reject(error)
    }
    socket.once('error', refuse)
    socket.bind({ address, port: 0 }, () => {
      socket.off('error', refuse)
      resolve()
    })
  })
  // What the network reports about one datagram (ICMP) says nothing about the next one.
  socket.on('error', () => undefined)
  const endpoint = { address: socket.address().address, port: socket.address().port }
  socket.on('message', (datagram, from) => {
    timeline.add({
      type: 'datagram-received',
      from: { address: from.address, port: from.port },
      to: endpoint,
      raw: bodyOf(datagram),
      ofDeviceUnderTest: isDevice(from.address),
      problem: 'it came to a socket that only sends Connection Requests',
    })
  })
  return {
    endpoint,
    send: (datagram, to) =>
      new Promise((resolve, reject) => {
        socket.send(datagram, to.port, to.address, error => (error === null ? resolve() : reject(error)))
      }),
    [Symbol.asyncDispose]: () => new Promise(resolve => socket.close(() => resolve())),
  }
}
