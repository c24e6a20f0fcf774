import type { Clock, Milliseconds } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import { endpointKey } from './endpoint.ts'
import type { StunMessage } from './read-message.ts'
import { createRecentMap } from './recent.ts'
import type { StunLimits } from './stun-limits.ts'

interface Copy {
  from: Endpoint
  message: StunMessage
  ofDeviceUnderTest: boolean
}

/** Knows copies of a request by its transaction id and the place it comes from. RFC 3489 9.3 */
export interface Retransmissions {
  /** The entry of the first copy, where this is another one. */
  firstOf(copy: Copy): number | undefined
  /** This is the first copy. */
  remember(copy: Copy, seq: number): void
}

export function createRetransmissions(clock: Pick<Clock, 'now'>, limits: StunLimits): Retransmissions {
  const create = () => createRecentMap<{ seq: number; at: Milliseconds }>(limits.remembered)
  // Others cannot push out what the device sent.
  const ofDevice = create()
  const ofOthers = create()
  const keyOf = ({ from, message }: Copy) => `${endpointKey(from)}|${message.transaction.toString('latin1')}`
  const mapOf = ({ ofDeviceUnderTest }: Copy) => (ofDeviceUnderTest ? ofDevice : ofOthers)
  return {
    firstOf(copy) {
      const first = mapOf(copy).get(keyOf(copy))
      return first !== undefined && clock.now() - first.at <= limits.retransmissionMs ? first.seq : undefined
    },
    remember(copy, seq) {
      mapOf(copy).set(keyOf(copy), { seq, at: clock.now() })
    },
  }
}
