import type { IntegrityVariant } from '../timeline/udp-entry.ts'
import { attributeTypes } from './attribute-types.ts'
import { integrityKey, matchingIntegrity, withIntegrity } from './message-integrity.ts'
import { type StunMessage, attributeOf } from './read-message.ts'
import { withoutPadding } from './username.ts'

/** The users whose MESSAGE-INTEGRITY can be checked. */
export interface Accounts {
  learn(account: { username: string; password: string }): void
  /** What the MESSAGE-INTEGRITY of a message matched; `undefined` where it has none. */
  integrityOf(datagram: Buffer, message: StunMessage, username: string | undefined): IntegrityVariant[] | undefined
  /** A response to such a message, with integrity made in the same way. RFC 3489 8.1 */
  sign(response: Buffer, request: StunMessage, username: string | undefined, variant: IntegrityVariant): Buffer
}

export function createAccounts(): Accounts {
  const passwords = new Map<string, string>()
  return {
    learn({ username, password }) {
      passwords.set(withoutPadding(Buffer.from(username)), password)
    },
    integrityOf(datagram, message, username) {
      if (attributeOf(message, attributeTypes.messageIntegrity) === undefined) return undefined
      const password = passwords.get(username ?? '')
      return password === undefined ? [] : matchingIntegrity(datagram, message, password)
    },
    sign(response, request, username, variant) {
      const password = passwords.get(username ?? '') ?? ''
      return withIntegrity(response, integrityKey(request, password, variant.key), variant)
    },
  }
}
