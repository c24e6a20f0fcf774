import { isIPv6 } from 'node:net'

/** Where a ConnectionRequestURL leads, taken apart without any normalisation. */
export interface RequestDestination {
  /** Name or address; an IPv6 address without brackets. */
  host: string
  port: number
  /** Host and port as the URL spells them: the value of the Host header. */
  authority: string
  /** Path and query as the URL spells them: the request-target. */
  target: string
}

/**
 * Takes a ConnectionRequestURL apart. Lenient, because a fault in the URL is a finding of its own and should not
 * hide all others: an IPv6 address without brackets is understood when a port follows, and an `https` URL is
 * spoken to in plain HTTP, the only way a Connection Request is made (TR-069 3.2.2.2).
 * @returns undefined when there is no host or the port is not one
 */
export function parseConnectionRequestUrl(url: string): RequestDestination | undefined {
  const parts = /^(https?):\/\/([^/?#]*)([^#]*)/i.exec(url.trim())
  if (!parts) return undefined
  const [, scheme = '', authorityWithUser = '', rest = ''] = parts
  const authority = authorityWithUser.slice(authorityWithUser.lastIndexOf('@') + 1)
  const place = splitAuthority(authority, scheme.toLowerCase() === 'https' ? 443 : 80)
  if (!place) return undefined
  return { ...place, authority, target: rest.startsWith('/') ? rest : `/${rest}` }
}

function splitAuthority(authority: string, defaultPort: number): { host: string; port: number } | undefined {
  const bracketed = /^\[([^\]]+)\](?::(\d*))?$/.exec(authority)
  const plain = /^(.*?)(?::(\d*))?$/.exec(authority)
  const bareIPv6 = isIPv6(authority) ? authority : undefined
  const unbracketed = /^(.+):(\d+)$/.exec(authority)

  if (bracketed) return withPort(bracketed[1], bracketed[2], defaultPort)
  if (unbracketed && isIPv6(unbracketed[1] ?? '')) return withPort(unbracketed[1], unbracketed[2], defaultPort)
  if (bareIPv6) return withPort(bareIPv6, undefined, defaultPort)
  if (plain?.[1]?.includes(':')) return undefined
  return withPort(plain?.[1], plain?.[2], defaultPort)
}

function withPort(host: string | undefined, portText: string | undefined, defaultPort: number) {
  const port = portText ? Number(portText) : defaultPort
  return host && port > 0 && port < 65536 ? { host, port } : undefined
}
