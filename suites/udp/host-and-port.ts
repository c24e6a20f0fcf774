import type { Endpoint } from '../../harness/timeline/entry.ts'

/**
 * Reads UDPConnectionRequestAddress: `host:port`, or `host` alone for port 80; an IPv6 address in brackets where a
 * port follows.
 * @returns `undefined` where it is neither
 */
export function readHostAndPort(value: string | undefined): Endpoint | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]\s]+)\]|([^\s[\]:]+))(?::(\d{1,5}))?$/.exec(value ?? '') ?? []
  const address = bracketed ?? plain
  const number = Number(port ?? 80)
  if (address === undefined || number === 0 || number > 65_535) return undefined
  return { address, port: number }
}
