import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Accounts } from '../accounts.ts'
import { type SaslExchange, type SaslStep, saslFailure } from './exchange.ts'
import { type ScramHash, type ScramKeys, hmac } from './scram-keys.ts'
import { type ClientFirst, readClientFinal, readClientFirst } from './scram-message.ts'

/**
 * The server's side of SCRAM without channel binding. RFC 5802, RFC 7677
 * @param newNonce the server's part of the nonce: printable, without a comma
 */
export function createScramExchange(
  hash: ScramHash,
  accounts: Accounts,
  newNonce: () => string = () => randomBytes(18).toString('base64'),
): SaslExchange {
  let begun: { first: ClientFirst; keys: ScramKeys; serverFirst: string; nonce: string } | undefined

  function first(message: string): SaslStep {
    const first = readClientFirst(message)
    if (first === undefined) return saslFailure('malformed-request')
    const keys = accounts.scramKeys(first.username, hash)
    const nonce = first.nonce + newNonce()
    const serverFirst = `r=${nonce},s=${keys.salt.toString('base64')},i=${keys.iterations}`
    begun = { first, keys, serverFirst, nonce }
    if (first.authorizationId !== '' && !accounts.isOwnJid(first.username, first.authorizationId))
      return saslFailure('invalid-authzid')
    return { kind: 'challenge', data: serverFirst }
  }

  function final(message: string, { first, keys, serverFirst, nonce }: NonNullable<typeof begun>): SaslStep {
    const final = readClientFinal(message)
    if (final === undefined) return saslFailure('malformed-request')
    const authMessage = `${first.bare},${serverFirst},${final.withoutProof}`
    const signature = hmac(hash, keys.storedKey, authMessage)
    const bound = final.channelBinding.toString('latin1') === Buffer.from(first.gs2Header).toString('latin1')
    if (!bound || final.nonce !== nonce || final.proof.length !== signature.length) return saslFailure('not-authorized')
    const clientKey = Buffer.from(signature.map((byte, index) => byte ^ (final.proof[index] ?? 0)))
    if (!timingSafeEqual(createHash(hash).update(clientKey).digest(), keys.storedKey))
      return saslFailure('not-authorized')
    const data = `v=${hmac(hash, keys.serverKey, authMessage).toString('base64')}`
    return { kind: 'success', username: first.username, data }
  }

  return {
    get claimed() {
      return begun?.first.username ?? ''
    },
    step(message) {
      const text = message.toString('utf8')
      return begun === undefined ? first(text) : final(text, begun)
    },
  }
}
