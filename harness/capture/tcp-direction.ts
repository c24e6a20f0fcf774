import type { Milliseconds } from '../clock/clock.ts'
import type { Segment } from './packet.ts'

/** What a segment adds to the bytes of one direction of a connection. */
export type Arrival =
  | { kind: 'bytes'; bytes: Buffer; at: Milliseconds }
  /** Bytes are missing from the capture here. */
  | { kind: 'gap'; at: Milliseconds }

/** Puts the segments of one direction into their order, leaves repetitions out and tells where something is missing. */
export interface TcpDirection {
  /** In the order of the bytes. A segment behind a hole waits until the hole is filled, or is known to stay. */
  push(segment: Segment, at: Milliseconds): Arrival[]
  /** Nothing more comes: what waits behind a hole is told. */
  end(at: Milliseconds): Arrival[]
  /** Segments that brought nothing new, or came behind one that was sent before them. */
  readonly repeated: number
}

/** A hole that has not been filled after so long will not be. The longest usual retransmission time-outs are shorter. */
const patienceMs: Milliseconds = 10_000
/** Segments and bytes that wait behind a hole. */
const mostWaiting = 512
const mostWaitingBytes = 2 * 1024 * 1024

interface Waiting {
  sequence: number
  length: number
  bytes: Buffer
  at: Milliseconds
}

export function createTcpDirection(): TcpDirection {
  let next: number | undefined
  let waiting: Waiting[] = []
  let waitingBytes = 0
  let repeated = 0

  /** Tells a segment that begins at or before `next`. */
  const tell = ({ sequence, length, bytes }: Waiting, at: Milliseconds, arrivals: Arrival[]) => {
    const known = (next ?? sequence) - sequence
    if (known >= length) {
      repeated++
      return
    }
    const fresh = bytes.subarray(known)
    if (fresh.length > 0) arrivals.push({ kind: 'bytes', bytes: fresh, at })
    if (bytes.length < length) arrivals.push({ kind: 'gap', at })
    next = sequence + length
  }

  const tellWaiting = (at: Milliseconds, arrivals: Arrival[]) => {
    for (let first = waiting[0]; first !== undefined && first.sequence <= (next ?? 0); first = waiting[0]) {
      waiting.shift()
      waitingBytes -= first.bytes.length
      tell(first, Math.max(at, first.at), arrivals)
    }
  }

  /** The hole before the first segment that waits stays. */
  const giveUp = (at: Milliseconds, arrivals: Arrival[]) => {
    const [first] = waiting
    if (first === undefined) return
    arrivals.push({ kind: 'gap', at: first.at })
    next = first.sequence
    tellWaiting(at, arrivals)
  }

  return {
    push({ flags, sequence, length, bytes }, at) {
      const arrivals: Arrival[] = []
      // SYN counts as one byte. RFC 9293 3.4
      if ((flags & 0x02) !== 0) next ??= sequence + 1
      const begin = (flags & 0x02) !== 0 ? sequence + 1 : sequence
      if (length > 0) {
        next ??= begin
        const segment = { sequence: begin, length, bytes, at }
        if (begin <= next) tell(segment, at, arrivals)
        else {
          const place = waiting.findIndex(each => each.sequence > begin)
          waiting.splice(place < 0 ? waiting.length : place, 0, segment)
          waitingBytes += bytes.length
          repeated++
        }
        tellWaiting(at, arrivals)
      }
      const [first] = waiting
      if (
        first !== undefined &&
        (waiting.length > mostWaiting || waitingBytes > mostWaitingBytes || at - first.at > patienceMs)
      )
        giveUp(at, arrivals)
      return arrivals
    },
    end(at) {
      const arrivals: Arrival[] = []
      while (waiting.length > 0) giveUp(at, arrivals)
      return arrivals
    },
    get repeated() {
      return repeated
    },
  }
}
