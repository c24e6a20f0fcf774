import type { Socket } from 'node:net'
import { DEFAULT_CIPHERS, type SecureContextOptions, createSecureContext } from 'node:tls'
import { type Listener, openListener } from '../listening/listener.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { XmppListenerKind } from '../timeline/xmpp-entry.ts'
import { createAccounts } from './accounts.ts'
import { type ClientPlace, createAcceptance } from './acceptance.ts'
import { prepareDomain } from './jid.ts'
import { createRouter } from './router.ts'
import type { ClientSession } from './client-session.ts'
import { ordinaryLimits } from './stream-limits.ts'
import { ordinaryPolicy } from './stream-policy.ts'
import type { BoundStream, ClientListener, XmppServer, XmppServerOptions } from './xmpp-server.ts'

/** Components connect from this machine unless something else is said. */
const componentsByDefault: Endpoint = { address: '127.0.0.1', port: 0 }

/** The keys of the profile that name where it listens. */
const settings: Record<XmppListenerKind, string> = {
  clients: 'xmpp.listen',
  'clients-direct-tls': 'xmpp.directTls',
  components: 'xmpp.component',
}

/**
 * Opens the server; it serves at once. Disposing of it ends every stream with the stream error `system-shutdown`.
 * @throws ListenError where a place to listen is not to be had
 * @throws Error where the domain can be none
 */
export async function openXmppServer(options: XmppServerOptions): Promise<XmppServer> {
  const { clock, timeline } = options
  const domain = prepareDomain(options.domain)
  if (domain === undefined) throw new Error(`"${options.domain}" can be no domain of an XMPP server (RFC 7622 3.2).`)
  const accounts = createAccounts(domain)
  const secrets = new Map<string, string>()
  const router = createRouter<ClientSession>(domain, name => secrets.has(name))
  const listeners: Listener[] = []
  let policy = { ...ordinaryPolicy }

  const acceptance = createAcceptance({
    clock,
    timeline,
    domain,
    limits: { ...ordinaryLimits, ...options.limits },
    secureContext: createSecureContext({ ...options.tls, ...oldVersions(options) }),
    accounts,
    router,
    secretOf: name => secrets.get(name),
    policy: () => policy,
  })

  async function listen(
    place: Endpoint,
    kind: XmppListenerKind,
    onConnection: (socket: Socket) => void,
  ): Promise<Listener> {
    const setting = settings[kind]
    const listener = await openListener(place, onConnection, setting)
    listeners.push(listener)
    timeline.add({ type: 'xmpp-listening', for: kind, listen: listener.endpoint, domain: domain ?? '' })
    return listener
  }

  const listenForClients = (place: Endpoint, kind: 'clients' | 'clients-direct-tls', at: ClientPlace) =>
    listen(place, kind, socket => acceptance.client(socket, kind, at))

  const closeListeners = () => {
    for (const listener of listeners) listener.close()
  }

  async function listenEverywhere() {
    const main: ClientPlace = { policy: undefined }
    try {
      const clients = await listenForClients(options.listen, 'clients', main)
      const direct = options.directTls && (await listenForClients(options.directTls, 'clients-direct-tls', main))
      const place = options.componentListen ?? componentsByDefault
      return { clients, direct, components: await listen(place, 'components', acceptance.component) }
    } catch (error) {
      closeListeners()
      throw error
    }
  }

  const open = await listenEverywhere()
  return {
    domain,
    endpoint: open.clients.endpoint,
    directTlsEndpoint: open.direct?.endpoint,
    componentEndpoint: open.components.endpoint,
    get policy() {
      return policy
    },
    set policy(wanted) {
      policy = { ...wanted }
    },
    addAccount: accounts.add,
    removeAccount: accounts.remove,
    addComponent({ domain: name, secret }) {
      const prepared = prepareDomain(name)
      if (prepared === undefined) throw new Error(`"${name}" can be no domain of a component (RFC 7622 3.2).`)
      secrets.set(prepared, secret)
    },
    streams: () => [...router.clients()].map(boundStream),
    drop: acceptance.drop,
    send: acceptance.send,
    async listenAlso(place, partial): Promise<ClientListener> {
      const at: ClientPlace = { policy: partial }
      const listener = await listenForClients(place, 'clients', at)
      return Object.assign(at, {
        endpoint: listener.endpoint,
        async [Symbol.asyncDispose]() {
          listener.close()
          await acceptance.shutDown(at)
        },
      })
    },
    async [Symbol.asyncDispose]() {
      closeListeners()
      await acceptance.shutDown()
    },
  }
}

/** The TLS library speaks versions before 1.2 only at its lowest level of security. */
function oldVersions({ tlsMinVersion }: XmppServerOptions): SecureContextOptions {
  if (tlsMinVersion === undefined) return {}
  const isOld = tlsMinVersion === 'TLSv1' || tlsMinVersion === 'TLSv1.1'
  return { minVersion: tlsMinVersion, ...(isOld ? { ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0` } : {}) }
}

const boundStream = ({ stream, username }: ClientSession): BoundStream => ({
  connection: stream.connection.number,
  stream: stream.id,
  username: username ?? '',
  jid: stream.jid ?? '',
  tls: stream.connection.tls,
})
