import type { NoteProperty } from '../../harness/scenario.ts'
import type { BindingRequest } from '../../harness/timeline/stun-requests.ts'
import type { Metric } from '../../harness/verdict/metric.ts'
import type { Capture } from './capture.ts'
import { readCookies } from './cookies.ts'
import { type Disturbed, disturbedSessions } from './in-session.ts'
import type { Reading } from './reading.ts'
import { bindingsIn } from './stun.ts'
import { readChallenges } from './told-by-device.ts'
import type { Transport } from './transport.ts'

/** A capture with what several recognisers find in it, found once. */
export interface Occasions {
  capture: Capture
  disturbed: Record<Transport, Disturbed[]>
  bindings: BindingRequest[]
  cookies: ReturnType<typeof readCookies>
  challenges: ReturnType<typeof readChallenges>
}

/** Finds in a capture what brings a metric about, and reads each occasion. */
export interface Recogniser {
  /** What the capture lacks where there is no reading: the rest of "The capture holds no ...". */
  of: string
  read(occasions: Occasions, metric: Metric, property: NoteProperty): Reading[]
}

export const findOccasions = (capture: Capture): Occasions => ({
  capture,
  disturbed: {
    http: disturbedSessions(capture, 'http'),
    udp: disturbedSessions(capture, 'udp'),
    xmpp: disturbedSessions(capture, 'xmpp'),
  },
  bindings: bindingsIn(capture),
  cookies: readCookies(capture),
  challenges: readChallenges(capture),
})
