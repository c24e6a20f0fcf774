import type { Clock } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { StunPolicy } from './stun-policy.ts'

export { openStunServer } from './open-stun-server.ts'
export { type StunPolicy, type StunRequest, ordinaryStunPolicy } from './stun-policy.ts'

export interface StunServerOptions {
  clock: Clock
  timeline: Pick<TimelineRecorder, 'add'>
  /** Port 0 takes any free one; `::` serves IPv4 and IPv6. */
  listen: Endpoint
  /** Whether a request is the device's, by where it comes from and whom it names. */
  isOfDeviceUnderTest: (request: { from: Endpoint; username?: string; primary: boolean }) => boolean
}

/**
 * A STUN server (RFC 3489, with the attributes of Annex G) that also sends UDP Connection Requests, because these
 * must come from its own address and port (G.2.2.3). All that it receives and sends is on the timeline, within bounds.
 */
export interface StunServer extends AsyncDisposable {
  readonly endpoint: Endpoint
  policy: StunPolicy
  /** Makes the user known whose MESSAGE-INTEGRITY is checked; adds a user or gives it another password. */
  learn(account: { username: string; password: string }): void
  /**
   * Sends a datagram from the server's own socket; resolves when it has been handed to the network.
   * @throws Error with the code of the system when it cannot be sent
   */
  send(datagram: Buffer, to: Endpoint): Promise<void>
  /**
   * Where an address that was told as mapped really leads: through the pretended NAT or behind a lie to the true source.
   * `undefined` when the binding of the pretended NAT is gone; an address that nobody was told leads to itself.
   */
  realEndpoint(mapped: Endpoint): Endpoint | undefined
}
