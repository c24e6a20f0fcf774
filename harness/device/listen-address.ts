import { isIP } from 'node:net'

/** The highest port there is. */
export const highestPort = 65_535

/** Splits `0.0.0.0:7547` or `[::]:7547`; `undefined` where the text is neither. Port 0 takes any free one. */
export function parseListen(text: string): { address: string; port: number } | undefined {
  const { address, port } = splitListen(text) ?? {}
  return address !== undefined && isIP(address) !== 0 && Number(port) <= highestPort
    ? { address, port: Number(port) }
    : undefined
}

/** Address and port of a text of that form, whatever they are. */
export function splitListen(text: string): { address: string | undefined; port: string | undefined } | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d+)$/.exec(text.trim())
  return match ? { address: match[1] ?? match[2], port: match[3] } : undefined
}
