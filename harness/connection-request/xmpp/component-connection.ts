import { Socket } from 'node:net'
import { component, type Component, type Element } from './xmpp-component.ts'
import type { Clock } from '../../clock/clock.ts'
import type { Endpoint } from '../../timeline/entry.ts'

/** The component port of the XMPP server does not let the ACS in. The message says which and what to check. */
export class ComponentRefused extends Error {
  override readonly name = 'ComponentRefused'
  readonly code = 'CONNREQ_XMPP_COMPONENT'
}

/** One domain of the ACS on the XMPP server (XEP-0114): stanzas may be sent from any JID of it. */
export interface ComponentConnection extends AsyncDisposable {
  readonly domain: string
  /** @throws ComponentRefused when the server has closed the connection */
  assertOpen(): void
  /** Sends as it is. @throws ComponentRefused */
  send(stanza: Element): Promise<void>
}

export interface ComponentPlace {
  endpoint: Endpoint
  domain: string
  secret: string
}

/** What is heard of a component's connection. */
export interface ComponentEvents {
  onStanza: (stanza: Element) => void
  /** The server has closed it, or it broke. */
  onClosed: (error: ComponentRefused) => void
}

/**
 * Connects to the component port and authenticates. Nothing reconnects by itself: a connection that is lost is said
 * at the next sending.
 * @throws ComponentRefused
 */
export async function connectComponent(
  place: ComponentPlace,
  { clock, onStanza, onClosed }: ComponentEvents & { clock: Clock },
): Promise<ComponentConnection> {
  const { endpoint, domain, secret } = place
  const host = endpoint.address.includes(':') ? `[${endpoint.address}]` : endpoint.address
  const connection = component({ service: `xmpp://${host}:${endpoint.port}`, domain, password: secret })
  connection.reconnect.stop()
  connection.Socket = watchedSocket(clock)
  let problem: Error | undefined
  connection.on('error', (error: Error) => {
    problem = error
  })
  connection.on('stanza', onStanza)
  try {
    await started(connection)
  } catch (error) {
    connection.socket?.destroy()
    throw new ComponentRefused(
      `The XMPP server at ${endpoint.address} port ${endpoint.port} does not let the component ${domain} in: ${reasonOf(error)}. Check xmpp.component (host, port, secret, domain).`,
      { cause: error },
    )
  }
  const closed = () =>
    new ComponentRefused(
      `The XMPP server has closed the connection of the component ${domain}${problem === undefined ? '' : `: ${problem.message}`}. Look at the server; the run cannot go on without it.`,
    )
  let disposed = false
  connection.on('disconnect', () => {
    if (!disposed) onClosed(closed())
  })
  const assertOpen = () => {
    if (connection.status !== 'online') throw closed()
  }
  return {
    domain,
    assertOpen,
    async send(stanza) {
      assertOpen()
      await connection.send(stanza)
    },
    async [Symbol.asyncDispose]() {
      disposed = true
      const { socket } = connection
      if (socket === null || socket.destroyed) return
      // The library would wait two seconds for a server that does not close in turn.
      await new Promise<void>(resolve => {
        socket.once('close', () => resolve())
        socket.end('</stream:stream>', () => socket.destroy())
      })
    },
  }
}

/** The library's own start does not settle when the handshake is refused, and leaves a rejection to nobody. */
function started(connection: Component): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.once('online', () => resolve())
    connection.once('disconnect', () => reject(new Error('the connection was closed')))
    const { service, domain } = connection.options
    connection
      .connect(service)
      .then(() => connection.open({ domain }))
      .catch(reject)
  })
}

const reasonOf = (error: unknown) => {
  const { name, message } = error as Error
  return name === 'TimeoutError' || message === '' ? 'no answer in time' : message
}

/** Sockets of the library, known to the clock and without the delay of small writes. */
function watchedSocket(clock: Clock): new () => Socket {
  return class extends Socket {
    override connect(...args: unknown[]): this {
      super.connect(...(args as Parameters<Socket['connect']>))
      this.setNoDelay(true)
      return clock.watch(this)
    }
  }
}
