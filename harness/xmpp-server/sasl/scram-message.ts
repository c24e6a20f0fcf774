/** The client's first message. RFC 5802 7 */
export interface ClientFirst {
  /** Channel binding: not supported by the client, or supported but not offered by the server. */
  gs2Header: string
  authorizationId: string
  username: string
  nonce: string
  /** The message without its header, as it enters the signature. */
  bare: string
}

/** @returns `undefined` where it is malformed or asks for channel binding or an extension, which are not offered */
export function readClientFirst(message: string): ClientFirst | undefined {
  const match = /^([ny],(?:a=([^,]*))?,)(n=([^,]*),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/s.exec(message)
  if (match === null) return undefined
  const authorizationId = readSaslName(match[2] ?? '')
  const username = readSaslName(match[4] ?? '')
  if (authorizationId === undefined || !username) return undefined
  return { gs2Header: match[1] ?? '', authorizationId, username, nonce: match[5] ?? '', bare: match[3] ?? '' }
}

/** The client's final message. RFC 5802 7 */
export interface ClientFinal {
  channelBinding: Buffer
  nonce: string
  proof: Buffer
  /** The message without the proof, as it enters the signature. */
  withoutProof: string
}

/** @returns `undefined` where it is malformed */
export function readClientFinal(message: string): ClientFinal | undefined {
  const match = /^(c=([A-Za-z0-9+/=]+),r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?),p=([A-Za-z0-9+/=]+)$/s.exec(message)
  if (match === null) return undefined
  return {
    channelBinding: Buffer.from(match[2] ?? '', 'base64'),
    nonce: match[3] ?? '',
    proof: Buffer.from(match[4] ?? '', 'base64'),
    withoutProof: match[1] ?? '',
  }
}

export const writeSaslName = (name: string): string => name.replaceAll('=', '=3D').replaceAll(',', '=2C')

function readSaslName(text: string): string | undefined {
  if (/=(?!2C|3D)/.test(text)) return undefined
  return text.replaceAll('=2C', ',').replaceAll('=3D', '=')
}
