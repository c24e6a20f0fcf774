import { nameOf } from '../../harness/timeline/sessions.ts'
import type { Ask } from './ask.ts'
import type { Capture } from './capture.ts'
import { controlAfter, doubtOfQuiet, isAtRest, sessionBefore, endOf } from './circumstances.ts'
import { firstIndexAfter } from './in-order.ts'
import { quietWindow } from './limits.ts'
import type { Reading } from './reading.ts'

/**
 * CR-GEN-14, 15: requests at rest that were turned away bring no session. Only those are looked at before which
 * nothing was asked that may still be due, and after which nothing else was asked for a while.
 */
export function readTurnedAway(capture: Capture, chosen: (ask: Ask) => boolean): Reading[] {
  return capture.asks.filter(chosen).flatMap(ask => readOne(capture, ask) ?? [])
}

function readOne(capture: Capture, ask: Ask): Reading | undefined {
  const from = ask.repliedAt ?? ask.sentAt
  if (!isAtRest(capture, ask)) return undefined
  const next = firstIndexAfter(capture.calls, call => call.session?.attemptAt ?? Infinity, ask.sentAt)
  const call = capture.calls[next]
  // Another request may bring the session then, or has been answered before and its session is still due.
  if (call === undefined || call.asks.some(({ sentAt }) => sentAt <= ask.sentAt)) return undefined
  const evidence = [...ask.evidence]
  const expected = ['no session with 6 CONNECTION REQUEST']
  const open = (reason: string): Reading => ({ verdict: 'inconclusive', expected, evidence, reason })
  const { session } = call
  if (session !== undefined && call.asks.length === 0 && session.attemptAt - from <= quietWindow.ms) {
    evidence.push(session.seq)
    const doubt = doubtOfBlame(capture, ask) ?? capture.hiddenRequests
    const actual = `${ask.words}, then ${nameOf(session)}`
    return doubt === undefined ? { verdict: 'breach', expected, actual, evidence } : open(doubt)
  }
  // An ACS that asks again at once leaves nothing to see: no occasion, and none is the way to an ordinary request.
  if (doubtOfQuiet(capture, from) !== undefined) return undefined
  const control = controlAfter(capture, from)
  if (control === undefined) return open('No later request brought a session, so the silence before proves nothing.')
  const actual = `${ask.words}, and no session in ${quietWindow.ms / 1000} s`
  return { verdict: 'pass', expected, actual, evidence: [...evidence, control.seq] }
}

/** What came before may be to blame as well: more than one request, or a session that failed. */
function doubtOfBlame(capture: Capture, ask: Ask): string | undefined {
  const last = sessionBefore(capture, ask.sentAt)
  if (last === undefined) return 'Something may have been asked before the capture began.'
  return ask.sentAt - endOf(capture, last) < quietWindow.ms
    ? 'A session shortly before may be due to be followed by another one.'
    : undefined
}
