import { randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import type { Clock } from './clock/clock.ts'
import { type XmppRequester, createXmppRequester } from './connection-request/xmpp/requester.ts'
import { parseHost } from './device/advertised-host.ts'
import { localAddresses } from './device/local-address.ts'
import { parseListen } from './device/listen-address.ts'
import type { Profile } from './device/profile.ts'
import { type XmppProfile, xmppSchema } from './device/profile-xmpp.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'
import type { Redactor } from './timeline/redactor.ts'
import type { Authority } from './tls/authority.ts'
import { tlsIdentity } from './tls/tls-identity.ts'
import { prepareLocal } from './xmpp-server/jid.ts'
import { type XmppServer, openXmppServer, ordinaryPolicy } from './xmpp-server/xmpp-server.ts'

/** The XMPP side of the bench: a server, ours or that of the lab, the device's account on it, and the ACS as a component. */
export interface XmppLab extends AsyncDisposable {
  /** The embedded server; absent where the lab's own is used. */
  readonly server: XmppServer | undefined
  readonly requester: XmppRequester
  readonly account: { username: string; password: string; resource: string }
  /** The domain of the account. */
  readonly domain: string
  /** Where the device finds the server. */
  readonly found: { host: string; port: number }
  /** The domain of the ACS: it may send from every JID of it. */
  readonly senders: string
  /** Another domain that begins with the name of `senders`; absent with an external server. */
  readonly lookAlikeSenders: string | undefined
  /** Lets the ACS send from every JID of another domain. Embedded server only. @throws Error with an external one */
  addSenders(domain: string): Promise<void>
  /** What the device must trust for TLS, where the certificate was made for this run. */
  readonly caFile: string | undefined
  /** Whether the device shall use TLS. */
  readonly useTls: boolean
  /** What the server does with streams when no scenario wants otherwise; nothing for an external one. */
  resetPolicy(): void
}

/** The mark that says where devices find the XMPP server: `server`, `host`, `port`, `domain`, `caFile`. */
export const xmppServerMark = 'xmpp-server'

export interface XmppLabOptions {
  clock: Clock
  timeline: TimelineRecorder
  redactor: Redactor
  profile: Profile
  authority: Authority
  /** The host under which devices find the ACS: the XMPP server is there too unless the profile says otherwise. */
  acsHost: string
}

/**
 * Opens the XMPP server, or connects to that of the lab.
 * @throws ListenError, CertificateUnreadable, ComponentRefused
 */
export async function openXmppLab(options: XmppLabOptions): Promise<XmppLab> {
  const xmpp = options.profile.xmpp ?? xmppSchema.parse({})
  const account = accountOf(xmpp, options.redactor)
  const external = xmpp.server === 'external'
  const lab = await (external ? openExternal(options, xmpp, account) : openEmbedded(options, xmpp, account))
  const { found, domain, caFile } = lab
  options.timeline.add({
    type: 'mark',
    name: xmppServerMark,
    data: { server: xmpp.server, ...found, domain, ...(caFile === undefined ? {} : { caFile }) },
  })
  return lab
}

async function openEmbedded(options: XmppLabOptions, xmpp: XmppProfile, named: XmppLab['account']): Promise<XmppLab> {
  const { clock, timeline, redactor, authority, acsHost } = options
  const listen = parseListen(xmpp.listen) ?? { address: '0.0.0.0', port: 5222 }
  const advertised = parseHost(xmpp.advertise ?? acsHost)
  const asNamed = xmpp.domain ?? advertised.host
  const hosts = [...new Set([asNamed, advertised.host, ...localAddresses(), '127.0.0.1'])]
  const identity = await tlsIdentity({ tls: xmpp.tls, hosts, authority, setting: 'xmpp.tls' })
  if (identity === undefined) throw new Error('The XMPP server needs a certificate.')
  const directTls = xmpp.directTls === undefined ? undefined : parseListen(xmpp.directTls)
  const server = await openXmppServer({
    clock,
    timeline,
    domain: asNamed,
    listen,
    tls: identity,
    ...(directTls === undefined ? {} : { directTls }),
    ...(xmpp.tlsMinVersion === undefined ? {} : { tlsMinVersion: xmpp.tlsMinVersion }),
  })
  const policy = { ...ordinaryPolicy, startTls: xmpp.startTls, plainInClear: xmpp.plainInClear }
  const resetPolicy = () => {
    server.policy = { ...policy }
  }
  resetPolicy()
  // The server tells of domains and user names as they compare: in small letters, IPv6 addresses in brackets.
  const { domain } = server
  const account = { ...named, username: prepareLocal(named.username) ?? named.username }
  const secret = randomBytes(16).toString('hex')
  redactor.learn(secret)
  const senders = `acs.${isIP(asNamed.replace(/^\[|\]$/g, '')) === 0 ? domain : 'connreq.test'}`
  const lookAlikeSenders = `${senders}.example`
  const endpoint = server.componentEndpoint
  try {
    server.addAccount(account)
    for (const each of [senders, lookAlikeSenders]) server.addComponent({ domain: each, secret })
    const components = [senders, lookAlikeSenders].map(each => ({ endpoint, domain: each, secret }))
    const requester = await createXmppRequester({ clock, timeline, components, serverIsEmbedded: true })
    return {
      server,
      requester,
      account,
      domain,
      found: { host: advertised.host, port: advertised.port ?? server.endpoint.port },
      senders,
      lookAlikeSenders,
      async addSenders(another) {
        server.addComponent({ domain: another, secret })
        await requester.join({ endpoint, domain: another, secret })
      },
      caFile: identity.caFile,
      useTls: xmpp.startTls !== 'none',
      resetPolicy,
      async [Symbol.asyncDispose]() {
        await requester[Symbol.asyncDispose]()
        await server[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
}

async function openExternal(
  { clock, timeline, redactor, acsHost }: XmppLabOptions,
  xmpp: XmppProfile,
  account: XmppLab['account'],
): Promise<XmppLab> {
  const { component, domain } = xmpp
  if (component === undefined || domain === undefined)
    throw new Error('xmpp.component and xmpp.domain are needed where xmpp.server is external.')
  redactor.learn(component.secret)
  const senders = component.domain ?? `acs.${domain}`
  const place = {
    endpoint: { address: component.host, port: component.port },
    domain: senders,
    secret: component.secret,
  }
  const requester = await createXmppRequester({ clock, timeline, components: [place], serverIsEmbedded: false })
  const advertised = parseHost(xmpp.advertise ?? acsHost)
  return {
    server: undefined,
    requester,
    account,
    domain,
    found: { host: advertised.host, port: advertised.port ?? 5222 },
    senders,
    lookAlikeSenders: undefined,
    addSenders: () => Promise.reject(new Error('An external XMPP server lets the ACS send from its own domain only.')),
    caFile: undefined,
    useTls: xmpp.startTls !== 'none',
    resetPolicy: () => undefined,
    [Symbol.asyncDispose]: () => requester[Symbol.asyncDispose](),
  }
}

/** The account that the profile names, else a fresh one. The redactor learns its password. */
function accountOf({ account }: XmppProfile, redactor: Redactor): XmppLab['account'] {
  const { username, password, resource } = account ?? {}
  const made = {
    username: username ?? `cpe-${randomBytes(4).toString('hex')}`,
    password: password ?? randomBytes(12).toString('hex'),
    resource: resource ?? 'connreq',
  }
  redactor.learn(made.password)
  return made
}
