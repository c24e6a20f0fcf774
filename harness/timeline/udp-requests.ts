import type { EntryOf } from './entry.ts'
import { entriesOf, type Timeline } from './timeline.ts'

/** One UDP Connection Request with all its copies. There is never a reply: only sessions tell what became of it. */
export interface UdpRequest {
  request: number
  label: string
  /** Whether the device should accept it. */
  authorised: boolean
  /** In the order in which they were sent; identical to the last byte. */
  copies: EntryOf<'udp-cr-sent'>[]
  first: EntryOf<'udp-cr-sent'>
  last: EntryOf<'udp-cr-sent'>
  /** What kept copies from being sent, or said that nobody is there. */
  failures: EntryOf<'udp-cr-failed'>[]
  /** The entry a finding cites: that of the first copy. */
  seq: number
}

/** Every UDP Connection Request of which a copy was sent in this stretch, in the order of their first copies. */
export function udpRequests(timeline: Timeline): UdpRequest[] {
  const byNumber = new Map<number, UdpRequest>()
  for (const copy of entriesOf(timeline, 'udp-cr-sent')) {
    const { request, label, authorised, seq } = copy
    const known = byNumber.get(request)
    if (known === undefined)
      byNumber.set(request, { request, label, authorised, copies: [copy], first: copy, last: copy, failures: [], seq })
    else {
      known.copies.push(copy)
      known.last = copy
    }
  }
  for (const failure of entriesOf(timeline, 'udp-cr-failed')) byNumber.get(failure.request)?.failures.push(failure)
  return [...byNumber.values()]
}

/** Those with that label. */
export const udpRequestsLabelled = (timeline: Timeline, label: string): UdpRequest[] =>
  udpRequests(timeline).filter(request => request.label === label)

/** The first and the last entry of a request, or the only one. */
export const entriesOfRequest = ({ first, last }: UdpRequest): number[] =>
  first.seq === last.seq ? [first.seq] : [first.seq, last.seq]
