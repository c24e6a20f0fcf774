import { BlockList, isIP, isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** An address of this machine. */
export interface MachineAddress {
  address: string
  /** The name of its network interface. */
  interface: string
  /** Length of the prefix that its network has in common. */
  prefix: number
}

/** Every address of this machine, IPv4 first. */
export function machineAddresses(): MachineAddress[] {
  const all = Object.entries(networkInterfaces()).flatMap(([name, infos]) =>
    (infos ?? []).map(({ address, cidr }) => ({
      address,
      interface: name,
      prefix: Number(cidr?.split('/')[1] ?? (isIPv6(address) ? 128 : 32)),
    })),
  )
  return all.sort((a, b) => isIP(a.address) - isIP(b.address))
}

export const isLoopback = (address: string): boolean =>
  address === '::1' || address === 'localhost' || (isIP(address) === 4 && address.startsWith('127.'))

/** fe80::/10: means another machine on each link. RFC 4291 2.5.6 */
export const isLinkLocal = (address: string): boolean => /^fe[89ab][0-9a-f]:/i.test(address)

export const isEverywhere = (address: string): boolean => address === '0.0.0.0' || address === '::'

/** Whether something sent to the address arrives at this machine. */
export const isOfMachine = (address: string, machine: readonly MachineAddress[]): boolean =>
  isLoopback(address) || machine.some(own => sameAddress(own.address, address))

/** The addresses that devices may use, as a list for people. */
export function addressList(machine: readonly MachineAddress[]): string {
  const usable = machine.filter(({ address }) => !isLoopback(address) && !isLinkLocal(address))
  return usable.map(own => `${own.address} (${own.interface})`).join(', ') || 'no address but its loopback'
}

/** The address of this machine that is in one network with `address`, where there is one. */
export const neighbourOf = (address: string, machine: readonly MachineAddress[]): MachineAddress | undefined =>
  machine.find(own => isIP(own.address) === isIP(address) && isInNetwork(address, own.address, own.prefix))

/** Whether an IP address is in the network of that prefix. */
export function isInNetwork(address: string, network: string, prefix: number): boolean {
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  if (isIP(address) !== isIP(network) || isIP(address) === 0) return false
  const list = new BlockList()
  list.addSubnet(network, prefix, family)
  return list.check(address, family)
}

const sameAddress = (a: string, b: string) => a === b || (isIP(a) !== 0 && isInNetwork(a, b, isIPv6(b) ? 128 : 32))

/** An address as it stands in a URL. */
export const inUrl = (address: string): string => (isIPv6(address) ? `[${address}]` : address)
