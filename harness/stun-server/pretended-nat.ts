import type { Clock, Milliseconds } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import { endpointKey } from './endpoint.ts'
import { createRecentMap } from './recent.ts'
import type { StunLimits } from './stun-limits.ts'
import type { PretendedNat } from './stun-policy.ts'

interface Binding {
  real: Endpoint
  public: Endpoint
  lastSent: Milliseconds
}

/** The bindings of the NAT that a policy pretends. */
export interface NatBindings {
  /** What this source is seen as, now that it sends: its binding, or a new one where it has none that is alive. */
  outward(real: Endpoint): Endpoint
  /** A source sends something that is no request: keeps its binding alive, where it has one. */
  keepAlive(real: Endpoint): void
  /** Where a datagram to this public place comes out; `gone` without a binding, `outside` where the NAT has no part in it. */
  inward(place: Endpoint): Endpoint | 'gone' | 'outside'
}

const highestPort = 65_535

export function createNatBindings(
  nat: PretendedNat,
  clock: Pick<Clock, 'now'>,
  { remembered }: Pick<StunLimits, 'remembered'>,
): NatBindings {
  const byReal = createRecentMap<Binding>(remembered)
  const byPublic = createRecentMap<Binding>(remembered)
  const ports = highestPort - nat.firstPort + 1
  let given = 0

  /** Only what a source sends keeps its binding. */
  const isAlive = (binding: Binding | undefined): binding is Binding =>
    binding !== undefined && clock.now() - binding.lastSent <= nat.timeoutMs

  const open = (real: Endpoint): Binding => {
    const port = nat.firstPort + (given++ % ports)
    return { real, public: { address: nat.address, port }, lastSent: clock.now() }
  }

  const keepAlive = (real: Endpoint): Binding | undefined => {
    const binding = byReal.get(endpointKey(real))
    if (!isAlive(binding)) return undefined
    binding.lastSent = clock.now()
    return binding
  }

  return {
    outward(real) {
      const binding = keepAlive(real) ?? open(real)
      byReal.set(endpointKey(real), binding)
      byPublic.set(endpointKey(binding.public), binding)
      return binding.public
    },
    keepAlive,
    inward(place) {
      const binding = byPublic.get(endpointKey(place))
      if (isAlive(binding)) return binding.real
      const wasGiven =
        place.address === nat.address && place.port >= nat.firstPort && place.port < nat.firstPort + given
      return wasGiven ? 'gone' : 'outside'
    },
  }
}
