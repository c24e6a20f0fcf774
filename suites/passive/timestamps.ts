import { nameOf } from '../../harness/timeline/sessions.ts'
import type { UdpRequest } from '../../harness/timeline/udp-requests.ts'
import type { Capture } from './capture.ts'
import { sessionsBetween, tellsBoot } from './circumstances.ts'
import { quietWindow } from './limits.ts'
import type { Reading } from './reading.ts'

const equalTs = 'The ts was that of the request before, which need not have been the one that was taken.'

/**
 * CR-UDP-47: a request that brought a session has a greater `ts` than the last one that did. One that is equal says
 * little here: the session before may have had another cause.
 */
export function readTimestamps(capture: Capture): Reading[] {
  const expected = ['a session only after a request whose ts is greater than that of the last one that was taken']
  let last: UdpRequest | undefined
  let lastAt = 0
  const readings: Reading[] = []
  for (const { asks, session } of capture.calls) {
    const [ask, ...others] = asks
    const request = ask?.udp
    if (session === undefined || request === undefined || others.length > 0) continue
    if (session.attemptAt - request.first.at > quietWindow.ms) continue
    const [ts, before] = [timestampOf(request), last && timestampOf(last)]
    if (sessionsBetween(capture, lastAt, session.attemptAt).some(tellsBoot)) last = undefined
    if (last !== undefined && before !== undefined && ts !== undefined) {
      const evidence = [last.seq, request.seq, session.seq]
      const finding = { expected, evidence, actual: `ts ${ts} after ts ${before} brought ${nameOf(session)}` }
      if (ts > before) readings.push({ ...finding, verdict: 'pass' })
      else if (ts === before) readings.push({ ...finding, verdict: 'inconclusive', reason: equalTs, suspect: true })
      else if (capture.hiddenRequests === undefined) readings.push({ ...finding, verdict: 'breach' })
      else readings.push({ ...finding, verdict: 'inconclusive', reason: capture.hiddenRequests })
    }
    if (ts !== undefined) [last, lastAt] = [request, session.attemptAt]
  }
  return readings
}

function timestampOf({ first: { ts } }: UdpRequest): number | undefined {
  return ts !== undefined && /^\d{1,15}$/.test(ts) ? Number(ts) : undefined
}
