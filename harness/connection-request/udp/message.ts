import { type SignedValues, udpSignature } from './signature.ts'

/** The parameters of the query, in the order in which they are written. */
export type UdpParameter = 'ts' | 'id' | 'un' | 'cn' | 'sig'

const order: readonly UdpParameter[] = ['ts', 'id', 'un', 'cn', 'sig']

/** What a scenario makes different from a right request. */
export interface UdpDefects {
  method?: string
  /** For example `HTTP/1.0`. */
  version?: string
  scheme?: string
  /** Written between authority and query, where a right request has nothing. */
  path?: string
  /** Left out of the query. */
  without?: UdpParameter
  /** Written with an empty value; the signature covers the empty value. */
  empty?: UdpParameter
  /** Values other than the right ones; the signature covers them. */
  values?: Partial<SignedValues>
  /** How the signature is made instead. */
  sign?: (password: string, values: SignedValues) => string
  /** Further parameters at the end of the query. */
  further?: string
  /** The whole datagram instead. */
  raw?: Buffer
}

/** A UDP Connection Request as it is sent. */
export interface UdpMessage {
  /** The values of the query that are really in it. */
  values: Partial<SignedValues>
  datagram: Buffer
}

/**
 * Writes a UDP Connection Request: an HTTP GET with an absolute URI without a path, the five parameters, and the Host
 * header. G.2.2.3
 * @param right.authority UDPConnectionRequestAddress as far as it is known, else where the datagram goes
 */
export function udpMessage(
  right: { authority: string; password: string; values: SignedValues },
  defects: UdpDefects = {},
): UdpMessage {
  if (defects.raw !== undefined) return { values: {}, datagram: defects.raw }
  const { without, empty } = defects
  const signed: SignedValues = { ...right.values, ...defects.values }
  if (empty !== undefined && empty !== 'sig') signed[empty] = ''
  const sig = empty === 'sig' ? '' : (defects.sign ?? udpSignature)(right.password, signed)
  const query = order
    .filter(name => name !== without)
    .map(name => `${name}=${encodeURIComponent(name === 'sig' ? sig : signed[name])}`)
    .join('&')
  const { method = 'GET', version = 'HTTP/1.1', scheme = 'http', path = '', further = '' } = defects
  const uri = `${scheme}://${right.authority}${path}?${query}${further}`
  const { ...values }: Partial<SignedValues> = signed
  if (without !== undefined && without !== 'sig') delete values[without]
  return { values, datagram: Buffer.from(`${method} ${uri} ${version}\r\nHost: ${right.authority}\r\n\r\n`) }
}
