import { genericCauses } from './generic.ts'
import { httpCauses } from './http.ts'
import { sessionCauses } from './sessions.ts'
import { udpCauses } from './udp.ts'
import { xmppCauses } from './xmpp.ts'

/**
 * What in a device’s firmware usually lies behind a breach of a requirement and where to look first, by the id of each
 * requirement that some scenario judges. Experience, not evidence: it has no part in any verdict.
 */
export const likelyCauses: ReadonlyMap<string, string> = new Map(
  [genericCauses, httpCauses, udpCauses, xmppCauses, sessionCauses].flatMap(causes => Object.entries(causes)),
)
