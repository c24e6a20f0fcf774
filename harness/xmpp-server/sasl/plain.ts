import type { Accounts } from '../accounts.ts'
import { type SaslExchange, type SaslStep, saslFailure } from './exchange.ts'

/** The server's side of PLAIN. RFC 4616 */
export function createPlainExchange(accounts: Accounts): SaslExchange {
  let claimed = ''
  return {
    get claimed() {
      return claimed
    },
    step(message): SaslStep {
      const [authorizationId, username, password, ...more] = message.toString('utf8').split('\0')
      if (authorizationId === undefined || !username || !password || more.length > 0)
        return saslFailure('malformed-request')
      claimed = username
      if (authorizationId !== '' && !accounts.isOwnJid(username, authorizationId)) return saslFailure('invalid-authzid')
      return accounts.hasPassword(username, password) ? { kind: 'success', username } : saslFailure('not-authorized')
    },
  }
}
