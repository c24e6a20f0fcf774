import type { Endpoint } from '../timeline/entry.ts'
import { endpointText, sameEndpoint, sameHost } from './endpoint.ts'
import type { NatBindings } from './pretended-nat.ts'
import type { ToldAddresses } from './told-addresses.ts'

/** Where a response goes, or why it goes nowhere. */
export type Route = { to: Endpoint; because?: string } | { withheld: string }

/** What decides about the way of responses. */
export interface Places {
  told: ToldAddresses
  /** The pretended NAT before the device, where the policy has one. */
  nat: NatBindings | undefined
}

/**
 * The way of a response: to who asked, or to RESPONSE-ADDRESS. The latter must be a place that somebody was told as
 * mapped, or on the host that asks: this is no reflector for whoever can forge a source. RFC 3489 8.1
 */
export function routeOfResponse(
  request: { from: Endpoint; ofDeviceUnderTest: boolean },
  responseAddress: Endpoint | undefined,
  { told, nat }: Places,
): Route {
  const { from } = request
  if (responseAddress === undefined) return { to: from }
  const named = `RESPONSE-ADDRESS ${endpointText(responseAddress)}`
  const behindNat = nat?.inward(responseAddress) ?? 'outside'
  if (behindNat === 'gone') return { withheld: `the pretended NAT has no binding for ${named} any more` }
  if (behindNat !== 'outside') return { to: behindNat, because: `${named}, a binding of the pretended NAT` }
  if (nat !== undefined && request.ofDeviceUnderTest && sameHost(responseAddress, from))
    return { withheld: `${named} is a place behind the pretended NAT, where nothing comes from outside` }
  const real = told.whoIs(responseAddress)
  if (real !== undefined)
    return { to: real, because: sameEndpoint(real, responseAddress) ? named : `${named}, told to this source` }
  if (sameHost(responseAddress, from) && responseAddress.port !== 0)
    // With the zone that a link-local address needs, and that the attribute cannot tell.
    return { to: { address: from.address, port: responseAddress.port }, because: named }
  return { to: from, because: `${named} was told to nobody and is another host: the answer goes to who asked` }
}

/**
 * Where a place that was told as mapped really is: `undefined` when the pretended binding is gone, and the place itself
 * when nobody was told of it.
 */
export function realEndpointOf(mapped: Endpoint, { told, nat }: Places): Endpoint | undefined {
  const behindNat = nat?.inward(mapped) ?? 'outside'
  if (behindNat === 'gone') return undefined
  return behindNat === 'outside' ? (told.whoIs(mapped) ?? mapped) : behindNat
}
