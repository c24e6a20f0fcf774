import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import { type Clock, type Milliseconds, noLongerAwaited } from '../clock/clock.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { XmppListenerKind } from '../timeline/xmpp-entry.ts'

/** What is done with what happens on a connection. */
export interface ConnectionUser {
  received(bytes: Buffer): void
  /** The peer does not read what it is sent. */
  overflowed(): void
  /** Nothing more comes from the peer, and nothing reaches it. */
  closed(): void
}

/** What a connection needs of its server. */
export interface ConnectionSurroundings {
  clock: Clock
  timeline: Pick<TimelineRecorder, 'add'>
  secureContext: SecureContext
  /** Bytes that may wait for a peer that does not read. */
  unreadBytes: number
}

/** How long the peer of a connection that we close may take to close its side. */
const lingerMs: Milliseconds = 5000
/** How long the last words to a peer may take when the server itself ends. */
const flushMs: Milliseconds = 500

/** A TCP connection to the server, with TLS over it from some point on. Puts itself on the timeline. */
export class Connection {
  readonly number: number
  readonly kind: XmppListenerKind
  user: ConnectionUser | undefined
  tls = false
  closed = false
  readonly #surroundings: ConnectionSurroundings
  readonly #onClosed: (connection: Connection) => void
  readonly #raw: Socket
  /** The raw socket, or the TLS socket over it. */
  #socket: Socket
  #ending: 'peer' | 'server' | undefined
  #handshaking = false
  #error: string | undefined
  #deadline: AbortController | undefined

  constructor(options: {
    socket: Socket
    number: number
    kind: XmppListenerKind
    handling: 'served' | 'reset' | 'silent'
    surroundings: ConnectionSurroundings
    onClosed: (connection: Connection) => void
  }) {
    const { socket, number, kind, handling, surroundings } = options
    this.#onClosed = options.onClosed
    this.number = number
    this.kind = kind
    this.#surroundings = surroundings
    this.#raw = socket
    this.#socket = socket
    socket.setNoDelay(true)
    surroundings.clock.watch(socket)
    surroundings.timeline.add({
      type: 'xmpp-connection-accepted',
      connection: number,
      for: kind,
      from: endpoint(socket.remoteAddress, socket.remotePort),
      to: endpoint(socket.localAddress, socket.localPort),
      handling,
    })
    this.#listen(socket)
    socket.once('close', () => this.#close())
  }

  /** Sends text. Nothing happens once the connection is ending. */
  write(text: string): void {
    if (this.#ending !== undefined || this.closed) return
    // A component hears many devices at once: what is for it in one turn of the event loop leaves together.
    if (this.kind === 'components') corkForThisTurn(this.#socket)
    this.#socket.write(text)
    if (this.#socket.writableLength > this.#surroundings.unreadBytes) this.user?.overflowed()
  }

  /** From the next byte on, the peer's handshake is expected. */
  startTls(how: 'starttls' | 'direct'): void {
    const { secureContext, timeline } = this.#surroundings
    this.#raw.removeAllListeners('data')
    const secure = new TLSSocket(this.#raw, {
      isServer: true,
      secureContext,
      ...(how === 'direct' ? { ALPNProtocols: ['xmpp-client'] } : {}),
    })
    this.#socket = secure
    this.#handshaking = true
    secure.once('secure', () => {
      this.#handshaking = false
      this.tls = true
      const protocol = secure.getProtocol() ?? 'unknown'
      timeline.add({ type: 'xmpp-tls-established', connection: this.number, how, protocol })
    })
    this.#listen(secure)
  }

  /** Calls `onLate` once `ms` have passed, unless another time is set or none by then. */
  limitTime(ms: Milliseconds, onLate: () => void): void {
    this.unlimitTime()
    this.#deadline = new AbortController()
    this.#surroundings.clock.sleep(ms, this.#deadline.signal).then(onLate, () => undefined)
  }

  unlimitTime(): void {
    this.#deadline?.abort(noLongerAwaited)
    this.#deadline = undefined
  }

  /** Closes our side after what was written; the peer has a while to close its own. */
  end(): void {
    if (this.#ending === 'server' || this.closed) return
    this.#ending ??= 'server'
    this.#socket.end()
    this.limitTime(lingerMs, () => this.#raw.destroy())
  }

  /** Closes both sides as soon as what was written is on its way. */
  endAtOnce(): void {
    if (this.closed) return
    this.#ending ??= 'server'
    this.#socket.destroySoon()
    this.limitTime(flushMs, () => this.#raw.destroy())
  }

  /** Closes without a word. */
  destroy(): void {
    this.#ending ??= 'server'
    this.#raw.destroy()
  }

  /** Closes with a TCP reset. */
  reset(): void {
    this.#ending ??= 'server'
    this.#raw.resetAndDestroy()
  }

  #listen(socket: Socket): void {
    socket.on('data', bytes => this.user?.received(bytes))
    socket.on('end', () => {
      if (socket !== this.#socket) return
      this.#ending ??= 'peer'
      this.#leaveUser()
    })
    socket.on('error', (error: NodeJS.ErrnoException & { reason?: string }) => {
      // The message of the TLS library has its thread and a line break in it.
      this.#error ??= error.reason ?? error.code ?? error.message
      this.#ending ??= 'peer'
    })
  }

  #close(): void {
    this.closed = true
    this.unlimitTime()
    if (this.#socket !== this.#raw) this.#socket.destroy()
    this.#leaveUser()
    const { timeline } = this.#surroundings
    const by = this.#ending ?? 'peer'
    if (this.#handshaking) {
      const reason = this.#error ?? `the ${by} closed the connection before the handshake was complete`
      timeline.add({ type: 'xmpp-tls-failed', connection: this.number, reason })
    }
    timeline.add({
      type: 'xmpp-connection-closed',
      connection: this.number,
      by,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      bytesRead: this.#raw.bytesRead,
      bytesWritten: this.#raw.bytesWritten,
    })
    this.#onClosed(this)
  }

  #leaveUser(): void {
    const { user } = this
    this.user = undefined
    user?.closed()
  }
}

/** An IPv4 address as such, also where the socket is an IPv6 one. */
const endpoint = (address: string | undefined, port: number | undefined): Endpoint => ({
  address: (address ?? '').replace(/^::ffff:/, ''),
  port: port ?? 0,
})

function corkForThisTurn(socket: Socket): void {
  if (socket.writableCorked > 0) return
  socket.cork()
  setImmediate(() => socket.uncork())
}
