import { type Socket, createSocket } from 'node:dgram'
import { isIP, isIPv6 } from 'node:net'
import { lookup } from 'node:dns'
import { ListenError } from '../listening/listen-error.ts'
import type { Endpoint } from '../timeline/entry.ts'
import { createDatagramHandler } from './datagram-handler.ts'
import { plainAddress } from './ip-address.ts'
import { ordinaryStunLimits } from './stun-limits.ts'
import type { StunServer, StunServerOptions } from './stun-server.ts'

/** The key of the profile that names where it listens. */
const setting = 'stun.listen'

/**
 * Opens the server; it serves at once.
 * @throws ListenError where the place to listen is not to be had
 */
export async function openStunServer(options: StunServerOptions): Promise<StunServer> {
  const { clock, timeline, listen } = options
  const ipv6 = isIPv6(listen.address)
  const socket = createSocket({ type: ipv6 ? 'udp6' : 'udp4', lookup: lookUp })
  clock.watchDatagrams(socket)
  await bind(socket, listen)
  // What the network reports about one datagram (ICMP) says nothing about the next one.
  socket.on('error', () => undefined)
  enlargeReceiveBuffer(socket)
  const { address, port } = socket.address()
  const endpoint = { address, port }
  let open = true

  // A dual-stack socket takes IPv4 addresses in IPv6 form only.
  const sendTo = (datagram: Buffer, to: Endpoint, done: (error: Error | null) => void) =>
    socket.send(datagram, to.port, ipv6 && isIP(to.address) === 4 ? `::ffff:${to.address}` : to.address, done)

  const handler = createDatagramHandler({
    ...options,
    endpoint,
    transmit: (datagram, to, failed) => sendTo(datagram, to, error => error !== null && failed(error)),
  })
  timeline.add({ type: 'stun-listening', listen: endpoint })
  socket.on('message', (datagram, from) => {
    if (open) handler.handle(datagram, { address: plainAddress(from.address), port: from.port })
  })

  return {
    endpoint,
    get policy() {
      return handler.policy
    },
    set policy(wanted) {
      handler.policy = wanted
    },
    learn: account => handler.learn(account),
    realEndpoint: mapped => handler.realEndpoint(mapped),
    send: (datagram, to) =>
      new Promise((resolve, reject) => {
        sendTo(datagram, to, error => (error === null ? resolve() : reject(error)))
      }),
    async [Symbol.asyncDispose]() {
      if (!open) return
      open = false
      handler.close()
      await new Promise<void>(resolve => socket.close(resolve))
    },
  }
}

function bind(socket: Socket, listen: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error) => {
      socket.close()
      reject(new ListenError(listen, error, setting))
    }
    socket.once('error', refuse)
    socket.bind({ address: listen.address, port: listen.port }, () => {
      socket.off('error', refuse)
      resolve()
    })
  })
}

/** The system may allow less; then bursts lose more. */
function enlargeReceiveBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(ordinaryStunLimits.receiveBufferBytes)
  } catch {
    // The default size does, too.
  }
}

/** An IP address is its own name: nobody need be asked for each answer. */
const lookUp: typeof lookup = ((host: string, family: number, done: (...found: unknown[]) => void) =>
  isIP(host) === 0 ? lookup(host, family, done as never) : done(null, host, family)) as never
