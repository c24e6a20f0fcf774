import { chosen } from '../../harness/limits.ts'
import { nameOf, type Session } from '../../harness/timeline/sessions.ts'
import type { Call, Capture } from './capture.ts'
import { controlAfter, doubtOfQuiet, endOf } from './circumstances.ts'
import { quietWindow } from './limits.ts'
import type { Reading } from './reading.ts'
import type { Transport } from './transport.ts'

/** CR-GEN-08: several requests before the session bring no further one. */
export function readFurther(capture: Capture, transport: Transport): Reading[] {
  return capture.calls.flatMap((call, index): Reading[] => {
    const { session, previous, asks } = call
    if (session === undefined || asks.length < 2 || asks.some(ask => ask.transport !== transport)) return []
    if (asks.some(ask => (ask.repliedAt ?? ask.sentAt) > session.attemptAt - chosen.sameInstant.ms)) return []
    if (asks.some(({ udp }) => udp !== undefined && udp.last.at > session.attemptAt - chosen.sameInstant.ms)) return []
    if (transport !== 'udp' && asks.filter(({ outcome }) => outcome === 'accepted').length < 2) return []
    // A request that came in a session brings one of its own.
    if (previous !== undefined && asks.some(({ sentAt }) => sentAt <= endOf(capture, previous))) return []
    const expected = [`one session with 6 CONNECTION REQUEST for ${asks.length} requests`]
    return [readAfter(capture, { call, session, index }, expected)]
  })
}

/** CR-UDP-52: the copies of one datagram bring one session, also those that come after it. */
export function readCopies(capture: Capture): Reading[] {
  return capture.calls.flatMap((call, index): Reading[] => {
    const [ask, ...others] = call.asks
    const { session } = call
    if (session === undefined || ask?.udp === undefined || others.length > 0 || ask.udp.copies.length < 2) return []
    const expected = ['exactly one session with 6 CONNECTION REQUEST for all copies']
    return [readAfter(capture, { call, session, index, lastAt: ask.udp.last.at }, expected)]
  })
}

interface Brought {
  call: Call
  session: Session
  /** Its place among the calls. */
  index: number
  /** When the last of what was sent came to the device, where that is after the session. */
  lastAt?: number
}

function readAfter(capture: Capture, brought: Brought, expected: string[]): Reading {
  const { call, session, index, lastAt = 0 } = brought
  const from = Math.max(endOf(capture, session), lastAt)
  const further = furtherSession(capture.calls[index + 1], from)
  const evidence = [...call.asks.flatMap(ask => ask.evidence), session.seq, ...(further ? [further.seq] : [])]
  const finding = { expected, evidence }
  const open = (reason: string): Reading => ({ ...finding, verdict: 'inconclusive', reason })
  if (session.ended?.how !== 'completed') return open('The session failed, so that a further one may be its retry.')
  if (further !== undefined) {
    if (further.retryCount !== 0) return open('By its RetryCount the further session is a retry.')
    if (capture.hiddenRequests !== undefined) return open(capture.hiddenRequests)
    return { ...finding, verdict: 'breach', actual: `${nameOf(session)}, then ${nameOf(further)}` }
  }
  const doubt = doubtOfQuiet(capture, from)
  if (doubt !== undefined) return open(doubt)
  const control = controlAfter(capture, from)
  if (control === undefined) return open('No later request brought a session, so the silence before proves nothing.')
  return { ...finding, verdict: 'pass', actual: nameOf(session), evidence: [...evidence, control.seq] }
}

/** The next session with event 6, where nothing else was sent that may have brought it, and it came soon. */
export function furtherSession(next: Call | undefined, from: number): Session | undefined {
  const { session, asks } = next ?? {}
  if (session === undefined || asks === undefined || asks.length > 0) return undefined
  return session.attemptAt - from <= quietWindow.ms ? session : undefined
}
