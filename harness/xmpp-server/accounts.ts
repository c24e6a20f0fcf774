import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { parseJid, prepareLocal } from './jid.ts'
import { saslprep } from './sasl/saslprep.ts'
import { type ScramHash, type ScramKeys, scramIterations, scramKeys } from './sasl/scram-keys.ts'
import type { Account } from './xmpp-server.ts'

/** The accounts of a server. User names are compared as the local parts of JIDs. */
export interface Accounts {
  /** @throws Error where the user name can be no local part of a JID, or the password is prohibited by SASLprep */
  add: (account: Account) => void
  remove: (username: string) => void
  hasPassword(username: string, password: string): boolean
  /** For an account that does not exist, keys that no password fits, always with the same salt. RFC 5802 4 */
  scramKeys(username: string, hash: ScramHash): ScramKeys
  /** Whether an authorization identity is the JID of that very account. RFC 6120 6.3.8 */
  isOwnJid(username: string, jid: string): boolean
}

interface Kept {
  password: string
  keys: Partial<Record<ScramHash, ScramKeys>>
}

const saltBytes = 16

export function createAccounts(domain: string): Accounts {
  const accounts = new Map<string, Kept>()
  const pretence = randomBytes(32)
  const find = (username: string) => accounts.get(prepareLocal(username) ?? '')
  return {
    add({ username, password }) {
      const local = prepareLocal(username)
      const prepared = saslprep(password)
      if (local === undefined) throw new Error(`"${username}" can be no user name of an XMPP account (RFC 7622 3.3).`)
      if (prepared === undefined)
        throw new Error(`The password of the XMPP account "${username}" holds prohibited characters (RFC 4013).`)
      accounts.set(local, { password: prepared, keys: {} })
    },
    remove(username) {
      accounts.delete(prepareLocal(username) ?? '')
    },
    hasPassword(username, password) {
      const kept = find(username)
      const given = saslprep(password)
      return kept !== undefined && given !== undefined && isEqual(kept.password, given)
    },
    scramKeys(username, hash) {
      const kept = find(username)
      if (kept !== undefined) return (kept.keys[hash] ??= scramKeys(hash, kept.password, randomBytes(saltBytes)))
      const made = createHmac('sha512', pretence)
        .update(`${hash} ${prepareLocal(username) ?? username}`)
        .digest()
      const nobodys = createHmac(hash, pretence).update(randomBytes(saltBytes)).digest()
      return {
        hash,
        salt: made.subarray(0, saltBytes),
        iterations: scramIterations,
        storedKey: nobodys,
        serverKey: nobodys,
      }
    },
    isOwnJid(username, jid) {
      const asked = parseJid(jid)
      return asked !== undefined && asked.domain === domain && asked.local === prepareLocal(username)
    },
  }
}

function isEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
