import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'

export type ScramHash = 'sha1' | 'sha256'

/** What a server keeps of a password. RFC 5802 2.2, RFC 7677 */
export interface ScramKeys {
  hash: ScramHash
  salt: Buffer
  iterations: number
  storedKey: Buffer
  serverKey: Buffer
}

/** The least that RFC 7677 allows; more would only slow a test server down. */
export const scramIterations = 4096

/** @param password prepared already (SASLprep) */
export function scramKeys(
  hash: ScramHash,
  password: string,
  salt: Buffer,
  iterations: number = scramIterations,
): ScramKeys {
  const saltedPassword = pbkdf2Sync(password, salt, iterations, digestLength(hash), hash)
  const clientKey = hmac(hash, saltedPassword, 'Client Key')
  return {
    hash,
    salt,
    iterations,
    storedKey: createHash(hash).update(clientKey).digest(),
    serverKey: hmac(hash, saltedPassword, 'Server Key'),
  }
}

export const hmac = (hash: ScramHash, key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest()

const digestLength = (hash: ScramHash) => (hash === 'sha1' ? 20 : 32)
