import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.')

/**
 * An address of this machine other than `address` from which a device at `deviceHost` may be asked. On loopback
 * every 127/8 address is ours.
 */
export function secondLocalAddress(address: string, deviceHost: string): string | undefined {
  if (isLoopback(deviceHost))
    return isIPv4(deviceHost) ? (address === '127.0.0.2' ? '127.0.0.3' : '127.0.0.2') : undefined
  return localAddresses().find(other => other !== address && isIPv4(other) === isIPv4(address))
}

/** The addresses of this machine that devices can reach, IPv4 first. */
export function localAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap(infos => infos ?? [])
  const outside = all
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address)
  return outside.sort((a, b) => Number(isIPv4(b)) - Number(isIPv4(a)))
}
