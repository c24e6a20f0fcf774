import type { Endpoint } from '../../harness/timeline/entry.ts'
import { type BindingRequest, isPrimaryRequest } from '../../harness/timeline/stun-requests.ts'
import type { Timeline } from '../../harness/timeline/timeline.ts'
import { sameEndpoint } from '../../harness/udp-bench.ts'
import { requestsBegun } from './binding-requests.ts'

/** Where the first request with CONNECTION-REQUEST-BINDING of a stretch came from. */
export const primarySource = (stretch: Timeline): Endpoint | undefined =>
  requestsBegun(stretch).find(({ entry }) => isPrimaryRequest(entry))?.entry.from

const isFrom = ({ entry }: BindingRequest, place: Endpoint) => sameEndpoint(entry.from, place)

/**
 * Where the primary port was seen, in order. A NAT may give it another place, after which nothing comes from the one
 * before; without a NAT a request from elsewhere comes from another port.
 */
export function placesOfPrimary(
  requests: readonly BindingRequest[],
  first: Endpoint,
  { natted }: { natted: boolean },
): Endpoint[] {
  const places = [first]
  if (!natted) return places
  for (const [index, request] of requests.entries()) {
    const current = places.at(-1) ?? first
    if (!isPrimaryRequest(request.entry) || isFrom(request, current)) continue
    if (!requests.slice(index).some(later => isFrom(later, current))) places.push(request.entry.from)
  }
  return places
}

/** The requests of a stretch that came from the primary port. */
export function primaryRequests(stretch: Timeline, options: { natted: boolean }): BindingRequest[] {
  const source = primarySource(stretch)
  if (source === undefined) return []
  const requests = requestsBegun(stretch)
  const places = placesOfPrimary(requests, source, options)
  return requests.filter(request => places.some(place => isFrom(request, place)))
}
