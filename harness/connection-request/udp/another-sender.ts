import { createSocket } from 'node:dgram'
import { isIPv4, isIPv6 } from 'node:net'
import type { Clock } from '../../clock/clock.ts'
import { bodyOf } from '../../timeline/body.ts'
import type { Endpoint } from '../../timeline/entry.ts'
import type { TimelineRecorder } from '../../timeline/recorder.ts'
import type { DatagramSender } from './requester.ts'

/** So many datagrams that arrive at such a socket are written down; what comes after them is only counted. */
export const keptDatagrams = 100
/** So much of a datagram is written down. */
const keptBytes = 2048

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
  const ipv6 = isIPv6(address)
  const socket = createSocket(ipv6 ? 'udp6' : 'udp4')
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
  let kept = 0
  let left: { count: number; from: Endpoint } | undefined
  socket.on('message', (datagram, { address: host, port }) => {
    const from = { address: host.replace(/^::ffff:/, ''), port }
    if (kept === keptDatagrams) {
      left = { count: (left?.count ?? 0) + 1, from }
      return
    }
    kept++
    const cut = Math.max(0, datagram.length - keptBytes)
    const raw = { ...bodyOf(datagram.subarray(0, keptBytes)), length: datagram.length, ...(cut > 0 ? { cut } : {}) }
    timeline.add({
      type: 'datagram-received',
      from,
      to: endpoint,
      raw,
      ofDeviceUnderTest: isDevice(from.address),
      problem: 'it came to a socket that only sends Connection Requests',
    })
  })
  return {
    endpoint,
    send: (datagram, to) =>
      new Promise((resolve, reject) => {
        // A dual-stack socket takes IPv4 addresses in IPv6 form only.
        const host = ipv6 && isIPv4(to.address) ? `::ffff:${to.address}` : to.address
        socket.send(datagram, to.port, host, error => (error === null ? resolve() : reject(error)))
      }),
    async [Symbol.asyncDispose]() {
      await new Promise<void>(resolve => socket.close(resolve))
      if (left !== undefined) timeline.add({ type: 'datagrams-not-recorded', ...left })
    },
  }
}
