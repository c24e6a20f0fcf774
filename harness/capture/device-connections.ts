import { parseConnectionRequestUrl } from '../connection-request/http/connection-request-url.ts'
import { endpointKey } from '../stun-server/endpoint.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { CapturedConnection } from './connection.ts'
import type { CapturedDevice } from './devices.ts'

/** The connections that concern the device, by what they are for. */
export interface DeviceConnections {
  acs: CapturedConnection[]
  requests: CapturedConnection[]
  xmpp: CapturedConnection[]
  /** Of the ACS to the XMPP server. */
  components: CapturedConnection[]
  /** Such that could not be read. */
  encrypted: CapturedConnection[]
}

/**
 * Sorts out which connections concern the device. A Connection Request goes to where a ConnectionRequestURL of its
 * Informs leads, or to an address of the device and the port of such a URL; where it told none, nobody can tell.
 * @param acs a place of the ACS besides those where its Informs went
 */
export function deviceConnections(
  all: readonly CapturedConnection[],
  device: CapturedDevice,
  acs: Endpoint | undefined,
): DeviceConnections {
  const acsPlaces = new Set([...device.acs, ...(acs ? [acs] : [])].map(endpointKey))
  const destinations = [...device.urls].map(parseConnectionRequestUrl).filter(each => each !== undefined)
  const places = new Set(destinations.map(({ host, port }) => endpointKey({ address: host, port })))
  const ports = new Set(destinations.map(({ port }) => port))
  const found: DeviceConnections = { acs: [], requests: [], xmpp: [], components: [], encrypted: [] }
  const isRequest = ({ to }: CapturedConnection) =>
    places.has(endpointKey(to)) || (device.addresses.has(to.address) && ports.has(to.port))

  for (const connection of all) {
    const { from, to, spoken, device: owner } = connection
    if (owner !== undefined && owner !== device.name) continue
    const isOfDevice = device.addresses.has(from.address)
    if (spoken === 'tls' && (isOfDevice || device.addresses.has(to.address))) found.encrypted.push(connection)
    if (acsPlaces.has(endpointKey(to))) {
      // Also one that the ACS did not take: the device has tried to open a session.
      if (owner === device.name || isOfDevice) found.acs.push(connection)
    } else if (spoken === 'xmpp') {
      if (connection.ofComponent) found.components.push(connection)
      else if (isOfDevice) found.xmpp.push(connection)
    } else if (spoken !== 'something else' && spoken !== 'tls' && isRequest(connection)) found.requests.push(connection)
  }
  return found
}
