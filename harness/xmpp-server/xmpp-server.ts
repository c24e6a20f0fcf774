import type { SecureVersion } from 'node:tls'
import type { Clock } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { TlsIdentity } from '../tls/authority.ts'
import type { StreamLimits } from './stream-limits.ts'
import type { StreamPolicy } from './stream-policy.ts'

export { openXmppServer } from './open-xmpp-server.ts'
export type { StreamLimits } from './stream-limits.ts'
export { type StreamPolicy, ordinaryPolicy } from './stream-policy.ts'

export interface XmppServerOptions {
  clock: Clock
  timeline: Pick<TimelineRecorder, 'add'>
  /** The domain of its accounts. */
  domain: string
  /** Client streams; port 0 takes any free one. */
  listen: Endpoint
  /** Client streams under TLS from the first byte on. */
  directTls?: Endpoint
  /** Components (XEP-0114); on loopback, any free port by default. */
  componentListen?: Endpoint
  tls: TlsIdentity
  /** The oldest version of TLS that is spoken, Node's default unless something else is said. RFC 7590 3.1 */
  tlsMinVersion?: SecureVersion
  limits?: Partial<StreamLimits>
}

/** An account of a device. */
export interface Account {
  username: string
  password: string
}

/** A client stream that has bound a resource. */
export interface BoundStream {
  connection: number
  stream: string
  username: string
  /** The full JID. */
  jid: string
  tls: boolean
}

/** How a scenario ends a stream. */
export type Drop =
  /** `</stream:stream>`, then the TCP connection. */
  | 'close-stream'
  /** The TCP connection is closed without a word. */
  | 'close-connection'
  /** The TCP connection is reset. */
  | 'reset-connection'
  /** The stream error `system-shutdown`, as of a server that restarts. */
  | 'stream-error'

/** A further place where client streams are served, for example the second server of a table. */
export interface ClientListener extends AsyncDisposable {
  readonly endpoint: Endpoint
  /** Replaces what the server does with connections on this listener; the server's own policy where it is undefined. */
  policy: Partial<StreamPolicy> | undefined
}

/**
 * An XMPP server for clients (RFC 6120, 6121) and components (XEP-0114), in this process. All that its clients send
 * and receive is on the timeline; what a scenario wants otherwise, it sets by `policy`.
 */
export interface XmppServer extends AsyncDisposable {
  readonly domain: string
  /** Where client streams are served. */
  readonly endpoint: Endpoint
  readonly directTlsEndpoint: Endpoint | undefined
  readonly componentEndpoint: Endpoint
  /** What is done with streams; a change holds for connections accepted from then on. */
  policy: StreamPolicy
  /** Adds an account, or gives it another password. */
  addAccount(account: Account): void
  /** Nobody authenticates by this account any more; a stream that it has goes on. */
  removeAccount(username: string): void
  /** Lets a component of this domain in, by its shared secret. */
  addComponent(component: { domain: string; secret: string }): void
  /** Bound client streams, the oldest first. */
  streams(): readonly BoundStream[]
  /** Ends a client's connection. @returns whether there was one */
  drop(connection: number, how: Drop): boolean
  /**
   * Sends a stanza of the server's own, or any text, to a client.
   * @throws Error when there is no such connection
   */
  send(connection: number, xml: string, because: string): void
  /** Opens a further place for client streams. @throws ListenError */
  listenAlso(listen: Endpoint, policy?: Partial<StreamPolicy>): Promise<ClientListener>
}
