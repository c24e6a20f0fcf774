import { isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

const isLoopback = (address: string) => address === '::1' || address.startsWith('127.')

/**
 * An address of this machine other than `host`, the host of a URL, from which a device at `deviceHost` may be asked: one of the same
 * network interface, because another one need not have a route to the device. On Linux's loopback every 127/8 address
 * is ours.
 */
export function secondLocalAddress(host: string, deviceHost: string): string | undefined {
  const address = host.replace(/^\[|\]$/g, '')
  if (isLoopback(deviceHost)) {
    if (!isIPv4(deviceHost) || process.platform !== 'linux') return undefined
    return address === '127.0.0.2' ? '127.0.0.3' : '127.0.0.2'
  }
  const sameInterface = Object.values(networkInterfaces()).find(infos => infos?.some(info => info.address === address))
  return sameInterface
    ?.filter(info => info.address !== address && !isLinkLocal(info.address) && isIPv4(info.address) === isIPv4(address))
    .map(info => info.address)[0]
}

/** Whether an IPv6 address, with its zone or without, is of one link only (fe80::/10). */
export const isLinkLocal = (address: string): boolean => /^fe[89ab][0-9a-f]:/i.test(address)

/** The addresses of this machine that devices can reach, IPv4 first. */
export function localAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap(infos => infos ?? [])
  const outside = all
    .filter(({ internal, address }) => !internal && !isLinkLocal(address))
    .map(({ address }) => address)
  return outside.sort((a, b) => Number(isIPv4(b)) - Number(isIPv4(a)))
}
