import { isIP } from 'node:net'

/** Splits a host, `host:port` or `[address]:port` of a profile; an IPv6 address comes without its brackets. */
export function parseHost(text: string): { host: string; port?: number } {
  const [, host = text, port] = /^(.*?)(?::(\d+))?$/.exec(isIP(text) === 6 ? `[${text}]` : text) ?? []
  const plain = host.replace(/^\[|\]$/g, '')
  return port === undefined ? { host: plain } : { host: plain, port: Number(port) }
}
