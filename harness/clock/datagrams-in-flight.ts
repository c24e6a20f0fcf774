import type { Socket } from 'node:dgram'
import { isIPv4, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** Knows whether any datagram is under way between two watched sockets. */
export interface DatagramsInFlight {
  watch(socket: Socket): void
  /** What is under way, in words; `undefined` when nothing is. */
  describe(): string | undefined
}

/** An open watched socket. */
interface End {
  address: string
  port: number
  /** How many datagrams are on their way to it, by the ports they come from. */
  underWay: Map<number, number>
}

/**
 * Counts datagrams from the call of `send` to their arrival. One that goes where nobody watches is not waited for, and
 * a socket that closes takes with it what was on its way there and what it has not sent yet.
 */
export function createDatagramsInFlight(): DatagramsInFlight {
  const ends = new Set<End>()

  /** Who will get a datagram: the socket of that very address, else one that reads for all addresses of this machine. */
  const receiver = (port: number, address: string): End | undefined => {
    const there = [...ends].filter(end => end.port === port)
    const forAll = isIPv6(address) ? ['::'] : ['0.0.0.0', '::']
    return (
      there.find(end => end.address === address) ??
      (isOwn(address) ? forAll.map(all => there.find(end => end.address === all)).find(Boolean) : undefined)
    )
  }

  return {
    watch(socket) {
      const end: End = { address: '', port: 0, underWay: new Map() }
      const notYetSent = new Set<() => void>()
      const send = socket.send.bind(socket) as (...parameters: unknown[]) => void
      socket.once('listening', () => {
        const { address, port } = socket.address()
        ends.add(Object.assign(end, { address: plain(address), port }))
      })
      socket.once('close', () => {
        ends.delete(end)
        // Their callbacks are never called.
        for (const forget of [...notYetSent]) forget()
      })
      socket.prependListener('message', (_, from) => count(end, from.port, -1))
      socket.send = (...parameters: unknown[]) => {
        const { message, port, address = ownAddress(end), callback } = sendingOf(parameters)
        const to = receiver(Number(port), destination(address))
        const forget = () => to !== undefined && notYetSent.delete(forget) && count(to, end.port, -1)
        const done = (error: NodeJS.ErrnoException | null, bytes: number) => {
          if (error === null) notYetSent.delete(forget)
          else forget()
          if (typeof callback === 'function') callback(error, bytes)
          // Without a callback Node keeps what the system refuses to send to itself.
          else if (error !== null && error.syscall !== 'send') socket.emit('error', error)
        }
        if (to !== undefined) {
          count(to, end.port, 1)
          notYetSent.add(forget)
        }
        try {
          send(...message, port, address, done)
        } catch (error) {
          forget()
          throw error
        }
      }
    },
    describe() {
      for (const { port, underWay } of ends)
        for (const [from, datagrams] of underWay) return `${datagrams} datagrams from port ${from} to ${port}`
      return undefined
    },
  }
}

function count({ underWay }: End, from: number, change: 1 | -1): void {
  const left = (underWay.get(from) ?? 0) + change
  if (left > 0) underWay.set(from, left)
  else underWay.delete(from)
}

/** `send(message, port, …)` or `send(message, offset, length, port, …)`, told apart as Node does. */
function sendingOf(parameters: readonly unknown[]) {
  const [, , , fourth, fifth] = parameters
  const isPart = Boolean(fifth) || (Boolean(fourth) && typeof fourth !== 'function')
  const [port, second, third] = parameters.slice(isPart ? 3 : 1)
  return {
    message: parameters.slice(0, isPart ? 3 : 1),
    port,
    address: typeof second === 'string' ? second : undefined,
    callback: typeof second === 'function' ? second : third,
  }
}

const plain = (address: string) => address.replace(/^::ffff:/, '')
/** Where a datagram goes that names no address. */
const ownAddress = ({ address }: End) => (isIPv6(address) ? '::1' : '127.0.0.1')
/** No address in particular is this machine. */
const destination = (address: string) =>
  address === '0.0.0.0' ? '127.0.0.1' : address === '::' ? '::1' : plain(address)

/** Whether an address is of this machine; of a name that is assumed. */
function isOwn(address: string): boolean {
  if (address === '::1' || (isIPv4(address) && address.startsWith('127.'))) return true
  if (!isIPv4(address) && !isIPv6(address)) return true
  return Object.values(networkInterfaces()).some(infos => infos?.some(info => info.address === address))
}
