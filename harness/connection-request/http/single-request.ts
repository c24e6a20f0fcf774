import { type Connection, isConnection, openConnection } from './connection.ts'
import { beginExchange, type OutgoingRequest, recordNoAnswer } from './exchange.ts'
import type { NoAnswer, Outcome } from './outcome.ts'
import type { RequestOptions, RequestPlan } from './request-options.ts'
import type { Wire } from './wire.ts'

/** Opens a connection for a request, or says on the timeline why there is none. */
export async function connectFor(
  wire: Wire,
  outgoing: OutgoingRequest,
  plan: RequestPlan,
  options: RequestOptions,
): Promise<Connection | NoAnswer> {
  const { destination } = plan
  const { request } = outgoing
  if (!destination)
    return recordNoAnswer(wire, request, wire.nextConnection(), {
      reason: 'unreachable',
      detail: `The ConnectionRequestURL "${options.url}" does not lead to a host.`,
    })
  const { host, port } = destination
  const opened = await openConnection(wire, { host, port, request, localAddress: options.localAddress })
  return isConnection(opened) ? opened : recordNoAnswer(wire, request, opened.connection, opened)
}

/** One request on a connection that is open; it stays open. */
export function exchangeOn(
  wire: Wire,
  connection: Connection,
  outgoing: OutgoingRequest,
  socket: 'fresh' | 'kept',
): Promise<Outcome> {
  const exchange = beginExchange(wire, connection, outgoing, socket)
  exchange.record()
  return exchange.outcome
}

/** One request on a connection of its own, which is closed afterwards. */
export async function sendAlone(
  wire: Wire,
  outgoing: OutgoingRequest,
  plan: RequestPlan,
  options: RequestOptions,
): Promise<Outcome> {
  const connection = await connectFor(wire, outgoing, plan, options)
  if ('kind' in connection) return connection
  try {
    return await exchangeOn(wire, connection, outgoing, 'fresh')
  } finally {
    await connection.close()
  }
}
