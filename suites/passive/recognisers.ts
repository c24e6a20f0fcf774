import { httpRecognisers } from './http-recognisers.ts'
import type { Recogniser } from './occasion.ts'
import { sessionRecognisers } from './session-recognisers.ts'
import { udpRecognisers } from './udp-recognisers.ts'
import { xmppRecognisers } from './xmpp-recognisers.ts'

/** By scenario and metric: how a capture in which nobody played that scenario may show the same. */
export type RecogniserTable = Readonly<Record<string, Readonly<Record<string, Recogniser>>>>

export const recognisers: RecogniserTable = {
  ...httpRecognisers,
  ...xmppRecognisers,
  ...udpRecognisers,
  ...sessionRecognisers,
}
