import { connect, type Socket } from 'node:net'
import type { Endpoint } from '../../timeline/entry.ts'
import { createAlarm } from './alarm.ts'
import type { NoAnswerReason } from './outcome.ts'
import type { Wire } from './wire.ts'

interface ConnectionListener {
  bytes(chunk: Buffer): void
  /** The device closed its side. */
  ended(): void
  failed(failure: Failure): void
}

export interface Failure {
  reason: NoAnswerReason
  detail: string
}

/** One TCP connection to the device. */
export interface Connection {
  readonly number: number
  readonly from: Endpoint
  readonly to: Endpoint
  readonly connectMs: number
  /** A request can still be sent: neither side has closed it, and no byte came that nobody had asked for. */
  isUsable(): boolean
  write(bytes: Uint8Array): void
  /** Tells `listener`, and nobody else, what happens from now on. */
  listen(listener: ConnectionListener | undefined): void
  /** Resolves when either side has closed it. */
  readonly ended: Promise<void>
  /** Closes it. Resolves when it is closed. */
  close(): Promise<void>
}

/** A connection that never came about. */
export interface ConnectFailure extends Failure {
  connection: number
}

export interface ConnectOptions {
  host: string
  port: number
  request: number
  localAddress?: string | undefined
}

/** The local address to send from is not one of this machine's: our fault, not the device's. */
export class LocalAddressUnusable extends Error {
  readonly code = 'CONNREQ_LOCAL_ADDRESS'
  override readonly name = 'LocalAddressUnusable'

  constructor(address: string) {
    super(`Nothing can be sent from ${address}: it is not an address of this machine. Choose another local address.`)
  }
}

/**
 * Opens a connection of its own, which is never shared.
 * @returns the failure when the device cannot be reached
 * @throws LocalAddressUnusable
 */
export function openConnection(wire: Wire, options: ConnectOptions): Promise<Connection | ConnectFailure> {
  wire.signal?.throwIfAborted()
  const { host, port, request, localAddress } = options
  const number = wire.nextConnection()
  const from = localAddress === undefined ? {} : { from: localAddress }
  wire.timeline.add({ type: 'http-cr-connecting', request, connection: number, to: { address: host, port }, ...from })
  const startedAt = wire.clock.now()
  const socket = wire.clock.watch(connect({ host, port, ...(localAddress === undefined ? {} : { localAddress }) }))
  socket.setNoDelay(true)

  return new Promise((resolve, reject) => {
    const alarm = createAlarm(
      wire.clock,
      () => fail({ reason: 'timeout', detail: `no connection within ${wire.connectTimeoutMs / 1000} s` }),
      error => stop(() => reject(error)),
    )
    const stop = (settle: () => void) => {
      leave()
      socket.on('error', () => undefined)
      socket.destroy()
      settle()
    }
    const fail = (failure: Failure) => stop(() => resolve({ ...failure, connection: number }))
    const onAbort = () => stop(() => reject(wire.signal?.reason))
    const onError = (error: NodeJS.ErrnoException) => {
      if (localAddress !== undefined && (error.code === 'EADDRNOTAVAIL' || error.code === 'EINVAL'))
        stop(() => reject(new LocalAddressUnusable(localAddress)))
      else fail(failureOf(error))
    }
    const onConnect = () => {
      leave()
      resolve(openedConnection(wire, socket, number, wire.clock.now() - startedAt))
    }
    const leave = () => {
      alarm.cancel()
      wire.signal?.removeEventListener('abort', onAbort)
      socket.off('error', onError).off('connect', onConnect)
    }
    socket.on('error', onError).on('connect', onConnect)
    wire.signal?.addEventListener('abort', onAbort)
    alarm.set(wire.connectTimeoutMs)
  })
}

function openedConnection(wire: Wire, socket: Socket, number: number, connectMs: number): Connection {
  let listener: ConnectionListener | undefined
  let closedByDevice = false
  let spoiled = false
  const { promise: closed, resolve: onClosed } = promiseWithResolver()
  const { promise: ended, resolve: onEnded } = promiseWithResolver()

  socket.on('data', chunk => {
    if (listener) listener.bytes(chunk)
    else spoiled = true
  })
  socket.on('end', () => {
    closedByDevice = true
    onEnded()
    listener?.ended()
  })
  socket.on('error', error => {
    closedByDevice = true
    listener?.failed(failureOf(error))
  })
  const onAbort = () => socket.destroy()
  wire.signal?.addEventListener('abort', onAbort)
  socket.on('close', () => {
    wire.signal?.removeEventListener('abort', onAbort)
    wire.timeline.add({ type: 'http-cr-closed', connection: number, by: closedByDevice ? 'device' : 'harness' })
    onEnded()
    onClosed()
  })

  return {
    number,
    from: { address: socket.localAddress ?? '', port: socket.localPort ?? 0 },
    to: { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 },
    connectMs,
    isUsable: () => !closedByDevice && !spoiled && !socket.destroyed,
    ended,
    write: bytes => void socket.write(bytes),
    listen(next) {
      listener = next
    },
    close() {
      socket.destroy()
      return closed
    },
  }
}

function promiseWithResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

const reasons: Record<string, NoAnswerReason> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
}

export const isConnection = (opened: Connection | ConnectFailure): opened is Connection => 'isUsable' in opened

/** What a socket error means for the request. Whatever is not known by its code is a network that does not reach. */
export function failureOf(error: NodeJS.ErrnoException): Failure {
  return { reason: reasons[error.code ?? ''] ?? 'unreachable', detail: error.message }
}
