import type { DeviceFacts } from '../../harness/device/facts.ts'

/**
 * Whether what we see of the device may be another address than its own. Where it told none before STUN was on, it is
 * the host of its ConnectionRequestURL that counts.
 */
export function mayBeNatted({
  udp,
  connectionRequestUrl = '',
}: Pick<DeviceFacts, 'udp' | 'connectionRequestUrl'>): boolean {
  if (udp.natted !== undefined) return udp.natted
  if (udp.binding === undefined || !URL.canParse(connectionRequestUrl)) return true
  return new URL(connectionRequestUrl).hostname.replace(/^\[|\]$/g, '') !== udp.binding.address
}
