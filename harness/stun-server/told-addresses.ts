import type { Endpoint } from '../timeline/entry.ts'
import { endpointKey, sameEndpoint } from './endpoint.ts'
import { createRecentMap } from './recent.ts'
import type { StunLimits } from './stun-limits.ts'

/** Who asked, as far as it matters for whose answer counts. */
interface Asker {
  from: Endpoint
  primary: boolean
  ofDeviceUnderTest: boolean
}

/** What the server told as mapped, and to whom. Others cannot push out what the device was told. */
export interface ToldAddresses {
  tell(mapped: Endpoint, asker: Asker): void
  /** Who was told that it is this place; `undefined` when nobody was. */
  whoIs(mapped: Endpoint): Endpoint | undefined
}

export function createToldAddresses({ remembered }: Pick<StunLimits, 'remembered'>): ToldAddresses {
  const device = createRecentMap<Asker>(remembered)
  const others = createRecentMap<Asker>(remembered)
  return {
    tell(mapped, asker) {
      const key = endpointKey(mapped)
      const told = asker.ofDeviceUnderTest ? device : others
      // Connection Requests go to the primary port: a secondary one that is told the same lie does not change that.
      const before = told.get(key)
      if (before?.primary === true && !asker.primary) return
      // Most askers are told the same each time: nothing need be kept anew.
      if (before?.primary === asker.primary && sameEndpoint(before.from, asker.from)) return
      told.set(key, asker)
    },
    whoIs(mapped) {
      const key = endpointKey(mapped)
      return (device.get(key) ?? others.get(key))?.from
    },
  }
}
