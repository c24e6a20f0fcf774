import type { Socket } from 'node:net'
import type { Clock, Milliseconds } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { defer } from './deferred.ts'

/** A TCP connection of the device to the ACS. */
export interface Connection {
  readonly number: number
  readonly acceptedAt: Milliseconds
  readonly remote: Endpoint
  readonly requests: RequestTap
  /** The end of the exchanges that are to be answered before the next. */
  queue: Promise<void>
  readonly closed: boolean
  readonly whenClosed: Promise<void>
  /** The ACS is about to close it: the close is the ACS's doing. */
  closingByAcs: boolean
  /** Closes at once; `reset` sends a TCP RST. */
  destroy(how: 'close' | 'reset'): void
}

/**
 * Puts an accepted socket under watch and on the timeline.
 * @param onClosed called once, after the entry was made
 */
export function acceptConnection(options: {
  socket: Socket
  number: number
  tls: boolean
  clock: Clock
  timeline: TimelineRecorder
  onClosed: (connection: Connection) => void
}): Connection {
  const { socket, number, tls, clock, timeline, onClosed } = options
  socket.setNoDelay(true)
  clock.watch(socket)
  const remote = { address: plainAddress(socket.remoteAddress), port: socket.remotePort ?? 0 }
  const to = { address: plainAddress(socket.localAddress), port: socket.localPort ?? 0 }
  const entry = timeline.add({ type: 'connection-accepted', connection: number, from: remote, to, tls })
  const whenClosed = defer<void>()
  let closed = false
  let error: string | undefined
  let endedByDevice = false
  const connection: Connection = {
    number,
    acceptedAt: entry.at,
    remote,
    requests: createRequestTap(clock),
    queue: Promise.resolve(),
    closingByAcs: false,
    whenClosed: whenClosed.promise,
    get closed() {
      return closed
    },
    destroy(how) {
      connection.closingByAcs = true
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroy()
    },
  }
  socket.on('end', () => (endedByDevice ||= !connection.closingByAcs))
  socket.on('error', cause => (error = cause.message))
  socket.once('close', () => {
    closed = true
    timeline.add({
      type: 'connection-closed',
      connection: number,
      by: endedByDevice || !connection.closingByAcs ? 'device' : 'acs',
      ...(error === undefined ? {} : { error }),
      bytesRead: socket.bytesRead,
      bytesWritten: socket.bytesWritten,
    })
    onClosed(connection)
    whenClosed.resolve()
  })
  return connection
}

/** An IPv4 address as such, also where the socket is an IPv6 one. */
const plainAddress = (address: string | undefined) => (address ?? '').replace(/^::ffff:/, '')

export interface BegunRequest {
  firstByteAt: Milliseconds
  firstOnConnection: boolean
  /** Its first byte came before the request before it was answered. */
  pipelined: boolean
}

/** Follows the bytes of one connection, to know when each request began. */
export interface RequestTap {
  /** A stretch of bytes arrived; call before it is parsed. */
  bytesArrived(): void
  /** The head of a request was parsed. */
  requestBegun(): BegunRequest
  requestComplete(): void
  /** The head of a request is there, its body not yet. */
  readonly receiving: boolean
  requestAnswered(): void
}

export function createRequestTap(clock: Clock): RequestTap {
  let count = 0
  let unanswered = 0
  let receiving = false
  let lastBytesAt = clock.now()
  let next: Omit<BegunRequest, 'firstOnConnection'> | undefined
  return {
    bytesArrived() {
      lastBytesAt = clock.now()
      if (!receiving) next ??= { firstByteAt: lastBytesAt, pipelined: unanswered > 0 }
    },
    requestBegun() {
      // A request that came in the same stretch of bytes as the one before it has no first stretch of its own.
      const begun = next ?? { firstByteAt: lastBytesAt, pipelined: unanswered > 0 }
      next = undefined
      receiving = true
      unanswered++
      return { ...begun, firstOnConnection: count++ === 0 }
    },
    get receiving() {
      return receiving
    },
    requestComplete() {
      receiving = false
    },
    requestAnswered() {
      unanswered--
    },
  }
}
