import { isIPv4, isIPv6 } from 'node:net'
import { isLinkLocal } from './local-address.ts'

/** The parts of a ConnectionRequestURL, or what is wrong with it. */
export type ParsedConnectionRequestUrl =
  | { scheme: string; host: string; port: number; path: string; problem?: undefined }
  | { problem: string; scheme?: string }

/**
 * Reads a ConnectionRequestURL strictly by RFC 3986: `http://host[:port]/path`, IPv6 literals in brackets.
 * Nothing is repaired. TR-181 ManagementServer.ConnectionRequestURL
 */
export function parseConnectionRequestUrl(url: string): ParsedConnectionRequestUrl {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/([^/?#]*)([/?#].*)?$/.exec(url)
  if (!match) return { problem: `"${url}" is no URL of the form http://host:port/path` }
  const scheme = (match[1] as string).toLowerCase()
  const authority = match[2] as string
  const parts = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(authority)
  if (!parts) {
    const unbracketed = isIPv6(authority) || isIPv6(authority.replace(/:\d+$/, ''))
    return {
      scheme,
      problem: unbracketed ? `the IPv6 address in "${url}" is not in brackets` : `"${authority}" is no host and port`,
    }
  }
  const [, literal, name, portText] = parts
  if (literal?.includes('%'))
    return {
      scheme,
      problem: `"[${literal}]" has a zone, which no URL can have (RFC 9844) and which means nothing elsewhere`,
    }
  if (literal !== undefined && !isIPv6(literal)) return { scheme, problem: `"[${literal}]" is no IPv6 address` }
  const host = literal ?? name ?? ''
  if (host === '') return { scheme, problem: `"${url}" names no host` }
  if (literal === undefined && /^[\d.]+$/.test(host) && !isIPv4(host))
    return { scheme, problem: `"${host}" is no IPv4 address` }
  if (!/^[A-Za-z0-9._~!$&'()*+,;=%:-]+$/.test(host))
    return { scheme, problem: `the host of "${url}" has a forbidden character` }
  if (/["<>\\^`{|}]|%(?![0-9A-Fa-f]{2})/.test(url) || /[[\]]/.test(match[3] ?? ''))
    return { scheme, problem: 'the URL has a character that RFC 3986 wants percent-encoded' }
  if (/[^\x21-\x7e]/.test(url)) return { scheme, problem: 'the URL has a blank or a character outside ASCII' }
  const port = portText === undefined || portText === '' ? (scheme === 'https' ? 443 : 80) : Number(portText)
  if (port < 1 || port > 65_535) return { scheme, problem: `${portText} is no port` }
  return { scheme, host, port, path: match[3] ?? '' }
}

/**
 * Why nobody elsewhere can be sent there, where the address is link-local: it needs a zone to say which link, and
 * the URL cannot tell it.
 */
export function linkLocalProblem(url: string): string | undefined {
  const [, literal] = /^[a-z]+:\/\/\[([^\]]*)\]/i.exec(url) ?? []
  if (literal === undefined || !isLinkLocal(literal)) return undefined
  return `${url} names a link-local address. Which link it is on no URL can tell (RFC 9844), so it cannot be asked there; give the device a global or unique local address (fd00::/8).`
}
