import type { Entry } from '../../harness/timeline/entry.ts'
import type { Endpoint } from '../../harness/timeline/wire-data.ts'
import { addressBytes, isLoopback, isSpecified } from './ip-address.ts'

/** Which address of ours the device sees, where an entry names only a listener for all of them. */
export interface OwnAddress {
  learn(entry: Entry): void
  /** An address of ours in the family of the peer's. */
  towards(peer: string): string
  /** The end of ours, with its real address as far as it is known. */
  real(own: Endpoint, peer: Endpoint): Endpoint
}

export function createOwnAddress(): OwnAddress {
  const known = new Map<number, string>()
  const familyOf = (address: string) => addressBytes(address).length
  const towards = (peer: string) => {
    if (isLoopback(peer)) return peer
    return known.get(familyOf(peer)) ?? (familyOf(peer) === 4 ? '0.0.0.0' : '::')
  }
  return {
    learn(entry) {
      if (entry.type !== 'connection-accepted' && entry.type !== 'xmpp-connection-accepted') return
      const { address } = entry.to
      if (isSpecified(address) && !isLoopback(address)) known.set(familyOf(address), address)
    },
    towards,
    real: (own, peer) => (isSpecified(own.address) ? own : { address: towards(peer.address), port: own.port }),
  }
}
