/** What a requester learns about the device and its nonces, kept from request to request. */
export interface DeviceMemory {
  /**
   * The count for the next request with this nonce, beginning at 1 (RFC 7616 3.4, nc). Kept for all nonces, because
   * some devices give the same one twice.
   */
  nextNonceCount(nonce: string): number
  /** Whether the device answers a second request on the connection of its 401. */
  secondOnSameConnection: 'unknown' | 'answered' | 'not-answered'
  /** Whether a nonce is known to be forgotten as soon as the next one is given. */
  nonceLife: 'unknown' | 'until-next-challenge'
  /** Whether a challenge is answered with the qop it offers, or in the form of RFC 2069. */
  qop: 'as-offered' | 'never'
}

/** Nothing is known yet. */
export function createDeviceMemory(): DeviceMemory {
  const counts = new Map<string, number>()
  return {
    nextNonceCount(nonce) {
      const count = (counts.get(nonce) ?? 0) + 1
      counts.set(nonce, count)
      return count
    },
    secondOnSameConnection: 'unknown',
    nonceLife: 'unknown',
    qop: 'as-offered',
  }
}
