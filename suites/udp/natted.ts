import { parseHost } from '../../harness/device/advertised-host.ts'
import { type DeviceFacts, managementServer } from '../../harness/device/facts.ts'
import { isTrue } from './truth.ts'

type Facts = Pick<DeviceFacts, 'udp' | 'connectionRequestUrl'> & Partial<Pick<DeviceFacts, 'root' | 'parameters'>>

/**
 * Whether what we see of the device may be another address than its own. What it told of its own before STUN was on
 * decides; where it told none, or STUN was on already, it is the host of its ConnectionRequestURL that counts.
 */
export function mayBeNatted(facts: Facts): boolean {
  const { udp, connectionRequestUrl = '' } = facts
  if (udp.natted !== undefined && toldItsOwn(facts)) return udp.natted
  if (udp.binding === undefined || !URL.canParse(connectionRequestUrl)) return true
  return new URL(connectionRequestUrl).hostname.replace(/^\[|\]$/g, '') !== udp.binding.address
}

/** With STUN on it would be a mapped address; and a socket of all interfaces has none. */
function toldItsOwn({ root = 'Device.', parameters = {} }: Facts): boolean {
  const valueOf = (name: string) => parameters[managementServer({ root }, name)]?.value
  const { host } = parseHost(valueOf('UDPConnectionRequestAddress') ?? '')
  return !isTrue(valueOf('STUNEnable')) && host !== '0.0.0.0' && host !== '::'
}
