import type { Socket } from 'node:net'
import type { Clock, Milliseconds } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { defer } from './deferred.ts'
import { createRequestTap, type RequestTap } from './request-tap.ts'

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
  /** A request on it was refused for its form: nothing more that comes on it is read. */
  refused: boolean
  /** Why the ACS closes it, where that is not the ordinary end of an exchange. */
  closedFor: string | undefined
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
    refused: false,
    closedFor: undefined,
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
export const plainAddress = (address: string | undefined) => (address ?? '').replace(/^::ffff:/, '')
