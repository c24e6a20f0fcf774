import { createHmac } from 'node:crypto'

/** What the signature of a UDP Connection Request covers. */
export interface SignedValues {
  ts: string
  id: string
  un: string
  cn: string
}

/**
 * The signature of a UDP Connection Request: HMAC-SHA1 over the four values one after another, with nothing between
 * them, as 40 hexadecimal digits. G.2.2.3
 * @param password ConnectionRequestPassword
 */
export const udpSignature = (password: string, { ts, id, un, cn }: SignedValues): string =>
  createHmac('sha1', password)
    .update(ts + id + un + cn)
    .digest('hex')
    .toUpperCase()
