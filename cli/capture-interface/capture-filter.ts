import type { NetworkInterfaceInfo } from 'node:os'

/** Whoever sits at the machine over the network would fill the capture. */
const portsOfPeople = [22]

/**
 * What is captured unless told otherwise: what this machine and others say to each other over that interface. Which
 * port of the device is asked is not known before its first Inform, so no port is singled out.
 * @param interfaces the addresses of this machine by the interface that has them
 * @param notPorts TCP ports of ours that are none of the device's business
 */
export function captureFilter(
  name: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>,
  notPorts: readonly number[],
): string {
  const own = name === 'any' ? Object.values(interfaces).flat() : (interfaces[name] ?? [])
  const hosts = own.flatMap(info => (info === undefined ? [] : [`host ${info.address.replace(/%.*$/, '')}`]))
  return [
    '(tcp or udp or icmp or icmp6)',
    ...(hosts.length === 0 ? [] : [`(${[...new Set(hosts)].join(' or ')})`]),
    ...[...portsOfPeople, ...notPorts].map(port => `not tcp port ${port}`),
  ].join(' and ')
}
