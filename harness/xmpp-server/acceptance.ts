import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { XmppListenerKind } from '../timeline/xmpp-entry.ts'
import type { Accounts } from './accounts.ts'
import { ClientSession } from './client-session.ts'
import { ComponentSession } from './component-session.ts'
import { Connection } from './connection.ts'
import type { Router } from './router.ts'
import { classifyText } from './scenario-text.ts'
import { createSilentStream } from './silent-stream.ts'
import type { StreamPolicy } from './stream-policy.ts'
import type { Drop } from './xmpp-server.ts'
import { type StreamSurroundings, XmppStream } from './xmpp-stream.ts'

/** A place where client streams are served. */
export interface ClientPlace {
  policy: Partial<StreamPolicy> | undefined
}

export interface AcceptanceOptions extends StreamSurroundings {
  secureContext: SecureContext
  accounts: Accounts
  router: Router<ClientSession>
  secretOf(domain: string): string | undefined
  /** The server's policy for connections accepted now. */
  policy(): StreamPolicy
}

/** What is done with accepted connections, and all that are open. */
export interface Acceptance {
  client: (socket: Socket, kind: 'clients' | 'clients-direct-tls', place: ClientPlace) => void
  component: (socket: Socket) => void
  drop: (connection: number, how: Drop) => boolean
  /** @throws Error when there is no such connection */
  send: (connection: number, xml: string, because: string) => void
  /** Ends all streams, or those that came to one place; resolves when their connections are closed. */
  shutDown: (place?: ClientPlace) => Promise<void>
}

/** Connections beyond the limit that are told so; still more are closed without a word. */
const refusedWithAnError = 200

interface Open {
  connection: Connection
  /** None where nothing is answered. */
  stream: XmppStream | undefined
  place: ClientPlace | undefined
}

export function createAcceptance(options: AcceptanceOptions): Acceptance {
  const { clock, timeline, limits } = options
  const open = new Map<number, Open>()
  const unauthenticated = new Set<number>()
  const surroundings = {
    ...options,
    unreadBytes: limits.unreadBytes,
    onAuthenticated: ({ stream }: ClientSession | ComponentSession) => unauthenticated.delete(stream.connection.number),
    onEnded: ({ stream }: ClientSession | ComponentSession) => unauthenticated.delete(stream.connection.number),
  }
  let count = 0
  const waiting: (() => void)[] = []

  function accept(socket: Socket, kind: XmppListenerKind, handling: 'served' | 'reset' | 'silent'): Connection {
    return new Connection({
      socket,
      number: ++count,
      kind,
      handling,
      surroundings: { clock, timeline, secureContext: options.secureContext, unreadBytes: limits.unreadBytes },
      onClosed(connection) {
        open.delete(connection.number)
        unauthenticated.delete(connection.number)
        for (const goOn of waiting.splice(0)) goOn()
      },
    })
  }

  /** Says so where there are too many already. @returns whether the connection is served */
  function serve(connection: Connection, stream: XmppStream | undefined, place?: ClientPlace): boolean {
    const tooMany = open.size >= limits.connections || unauthenticated.size >= limits.unauthenticatedConnections
    open.set(connection.number, { connection, stream, place })
    if (!tooMany) {
      unauthenticated.add(connection.number)
      return true
    }
    if (open.size >= limits.connections + refusedWithAnError) connection.destroy()
    else if (stream === undefined) connection.end()
    else stream.fail({ condition: 'resource-constraint', text: 'There are too many connections.' })
    return false
  }

  function live(number: number): Open | undefined {
    const found = open.get(number)
    return found === undefined || found.connection.kind === 'components' || found.stream?.over ? undefined : found
  }

  const shut = ({ connection, stream }: Open) => {
    stream?.fail({ condition: 'system-shutdown' })
    connection.endAtOnce()
  }

  return {
    client(socket, kind, place) {
      const policy: StreamPolicy = { ...options.policy(), ...place.policy }
      if (policy.connections === 'reset') return accept(socket, kind, 'reset').reset()
      if (policy.connections === 'silent') {
        const connection = accept(socket, kind, 'silent')
        if (serve(connection, undefined, place)) connection.user = createSilentStream(connection, options)
        return
      }
      const connection = accept(socket, kind, 'served')
      const stream = new XmppStream(connection, options, own => new ClientSession(own, policy, surroundings))
      if (serve(connection, stream, place) && kind === 'clients-direct-tls') connection.startTls('direct')
    },
    component(socket) {
      const connection = accept(socket, 'components', 'served')
      serve(connection, new XmppStream(connection, options, own => new ComponentSession(own, surroundings)))
    },
    drop(number, how) {
      const found = live(number)
      if (found === undefined) return false
      const { connection, stream } = found
      if (how === 'close-stream' && stream !== undefined) stream.close('closed-by-server')
      else if (how === 'stream-error' && stream !== undefined) stream.fail({ condition: 'system-shutdown' })
      else if (how === 'reset-connection') {
        stream?.cut('dropped')
        connection.reset()
      } else {
        stream?.cut('dropped')
        connection.destroy()
      }
      return true
    },
    send(number, xml, because) {
      const found = live(number)
      if (found?.stream === undefined) throw new Error(`There is no XMPP connection ${number} to send to.`)
      const { what, element } = classifyText(xml)
      found.stream.send(what, xml, { because, ...(element === undefined ? {} : { element }) })
    },
    async shutDown(place) {
      const remaining = () => [...open.values()].filter(one => place === undefined || one.place === place)
      for (const one of remaining()) shut(one)
      while (remaining().length > 0) await new Promise<void>(resolve => waiting.push(resolve))
    },
  }
}
