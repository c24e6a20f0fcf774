import { onTestFinished } from 'vitest'
import type { Clock } from '../clock/clock.ts'
import { createRealClock } from '../clock/real-clock.ts'
import type { Endpoint, EntryOf, EntryType } from '../timeline/entry.ts'
import { TimelineRecorder } from '../timeline/recorder.ts'
import { keepSecrets } from '../timeline/redactor.ts'
import { entriesOf } from '../timeline/timeline.ts'
import { type GeneratedCertificate, generateCertificate } from '../tls/authority.ts'
import { type RawClient, bindByPlain, connectComponent, connectRaw } from './raw-client.ts'
import { type XmppServer, type XmppServerOptions, openXmppServer, ordinaryPolicy } from './xmpp-server.ts'

/** A server on the loopback with an account, a component and its timeline at hand. For tests; closed with the test. */
export interface TestServer {
  server: XmppServer
  clock: Clock
  timeline: TimelineRecorder
  ca: string
  /** A client connects. */
  call: () => Promise<RawClient>
  callAt: (place: Endpoint | undefined) => Promise<RawClient>
  /** A client that has bound a resource in clear. */
  callBound: (resource?: string) => Promise<RawClient & { jid: string }>
  callComponent: () => Promise<RawClient>
  /** All entries of a type. */
  all: <T extends EntryType>(type: T) => EntryOf<T>[]
  /** The entry of this type, as soon as there is one that fits. */
  entry: <T extends EntryType>(type: T, fits?: (entry: EntryOf<T>) => boolean) => Promise<EntryOf<T>>
}

export const account = { username: 'cpe', password: 'pencil case' }
export const component = { domain: 'acs.xmpp.test', secret: 'component secret' }
/** Everything a test needs may go in clear. */
export const clearPolicy = { ...ordinaryPolicy, plainInClear: true }

let certificate: Promise<GeneratedCertificate> | undefined

export async function openTestServer(options: Partial<XmppServerOptions> = {}): Promise<TestServer> {
  const clock = options.clock ?? createRealClock()
  certificate ??= generateCertificate({ clock, hosts: ['xmpp.test', '127.0.0.1', 'localhost'] })
  const tls = await certificate
  const timeline = new TimelineRecorder({ clock, redactor: keepSecrets })
  const server = await openXmppServer({
    clock,
    timeline,
    domain: 'xmpp.test',
    listen: { address: '127.0.0.1', port: 0 },
    tls,
    ...options,
  })
  server.addAccount(account)
  server.addComponent(component)
  server.policy = clearPolicy
  const clients: RawClient[] = []
  onTestFinished(async () => {
    for (const client of clients) client.close()
    await server[Symbol.asyncDispose]()
  })
  const keep = <C extends RawClient>(client: C): C => {
    clients.push(client)
    return client
  }
  const callAt = async (place: Endpoint | undefined) => keep(await connectRaw(clock, place ?? server.endpoint))
  const call = () => callAt(server.endpoint)
  return {
    server,
    clock,
    timeline,
    ca: tls.ca,
    call,
    callAt,
    async callBound(resource) {
      const client = await call()
      const jid = await bindByPlain(client, { ...account, ...(resource === undefined ? {} : { resource }) })
      return Object.assign(client, { jid })
    },
    callComponent: async () => keep(await connectComponent(clock, server.componentEndpoint, component)),
    all: type => entriesOf(timeline, type),
    entry: (type, fits = () => true) =>
      timeline.waitFor(type, fits, {
        timeoutMs: clock.kind === 'real' ? 4000 : 3_600_000,
        what: `an entry ${type}`,
        after: 0,
      }),
  }
}
