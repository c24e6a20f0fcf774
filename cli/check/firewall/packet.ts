/** The packet with which a device would begin: whether it gets in is what is asked. */
export interface FirstPacket {
  protocol: 'tcp' | 'udp'
  port: number
  family: 'ip' | 'ip6'
  /** Where it comes from, once that is known. */
  from?: string
  /** Where it goes to, if that is one single address. */
  to?: string
  /** By which interface it comes; without it by any but the loopback. */
  interface?: string
}

export const loopbackInterface = 'lo'

/** Whether a name fits a pattern of nft (`eth*`) or iptables (`eth+`). */
export function isInterface(name: string, pattern: string): boolean {
  return /[*+]$/.test(pattern) ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}

/** Whether the packet comes by the interface; `undefined` where that is not known. */
export function comesBy(packet: FirstPacket, pattern: string): boolean | undefined {
  if (packet.interface !== undefined) return isInterface(packet.interface, pattern)
  return pattern === loopbackInterface ? false : undefined
}
