import { noLongerAwaited } from '../../clock/clock.ts'
import type { Connection } from './connection.ts'
import type { DeviceMemory } from './device-memory.ts'
import type { Answer, Outcome } from './outcome.ts'
import { hasToken } from './response-head.ts'
import type { Wire } from './wire.ts'

/** Whether the device, by what it said, answers another request on the same connection (RFC 9112 9.3). */
function allowsAnotherRequest(answer: Answer): boolean {
  if (answer.closedByDevice || hasToken(answer.headers, 'connection', 'close')) return false
  if (answer.bodyEnd === 'close' || answer.bodyEnd === 'timeout') return false
  return answer.httpVersion === '1.0' ? hasToken(answer.headers, 'connection', 'keep-alive') : true
}

/**
 * Whether the connection of a challenge can carry the authenticated request. While nothing is known about the device,
 * a close that it did not announce is waited for, so that no authenticated request is lost in it.
 */
export async function canKeep(
  wire: Wire,
  memory: DeviceMemory,
  first: Outcome,
  connection: Connection,
): Promise<boolean> {
  if (first.kind === 'no-answer' || memory.secondOnSameConnection === 'not-answered') return false
  if (!allowsAnotherRequest(first) || !connection.isUsable()) return false
  if (memory.secondOnSameConnection === 'unknown' && (await closesUnannounced(wire, connection)))
    memory.secondOnSameConnection = 'not-answered'
  return connection.isUsable()
}

/** Waits `unannouncedCloseMs` at most. @returns whether the device closed the connection */
export async function closesUnannounced(wire: Wire, connection: Connection): Promise<boolean> {
  const stop = new AbortController()
  const signal = wire.signal ? AbortSignal.any([stop.signal, wire.signal]) : stop.signal
  const waited = wire.clock.sleep(wire.unannouncedCloseMs, signal).then(() => false)
  try {
    return await Promise.race([connection.ended.then(() => true), waited])
  } finally {
    stop.abort(noLongerAwaited)
    waited.catch(() => undefined)
  }
}
