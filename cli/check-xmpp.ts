import { promises as dns } from 'node:dns'
import { isIP } from 'node:net'
import type { Profile } from '../harness/device/profile.ts'
import type { XmppPlace } from '../harness/test-bench.ts'
import { visibleText } from '../harness/timeline/visible-text.ts'

/** What is known of the XMPP server before a run, in lines for people. */
export interface XmppCheck {
  lines: string[]
  /** False where the profile names a DNS server and that one does not lead devices to the XMPP server. */
  ok: boolean
}

/**
 * Says where devices find the XMPP server, and whether DNS leads them there: SRV of `_xmpp-client._tcp.DOMAIN`, else the
 * address of the domain with port 5222. RFC 6120 3.2
 */
export async function checkXmpp({ xmpp }: Profile, place: XmppPlace | undefined): Promise<XmppCheck> {
  if (xmpp === undefined || place === undefined) return { lines: [], ok: true }
  const { found, domain } = place
  const lines =
    xmpp.server === 'external'
      ? [`The XMPP server of the lab lets the ACS in as a component.`]
      : [`The XMPP server can listen on ${xmpp.listen}.`]
  lines.push(`Devices find it at ${found.host} port ${found.port}; its domain is ${domain}.`)
  if (xmpp.server === 'embedded' && xmpp.tls === 'generated')
    lines.push(
      'Its certificate authority is made anew for each run, which says where it is; xmpp.tls can name files that last.',
    )
  if (isIP(domain) !== 0) return { lines: lines.map(visibleText), ok: true }
  const resolved = await resolve(domain, xmpp.resolver)
  const wanted = await addressesOf(found.host, xmpp.resolver)
  const leads = resolved.some(({ address, port }) => port === found.port && wanted.includes(address))
  const asked = xmpp.resolver === undefined ? 'The DNS of this machine' : `The DNS server ${xmpp.resolver}`
  const answers = resolved.map(({ address, port }) => `${address} port ${port}`).join(', ') || 'nothing'
  lines.push(
    leads
      ? `${asked} leads devices there: ${domain} is ${answers}.`
      : `${asked} does not lead devices there: ${domain} is ${answers}. Only devices with a server table (XMPPAdvanced:1) will find it.`,
  )
  return { lines: lines.map(visibleText), ok: leads || xmpp.resolver === undefined }
}

interface Resolved {
  address: string
  port: number
}

async function resolve(domain: string, server: string | undefined): Promise<Resolved[]> {
  const resolver = resolverFor(server)
  const records = await resolver.resolveSrv(`_xmpp-client._tcp.${domain}`).catch(() => [])
  const targets = records.length > 0 ? records : [{ name: domain, port: 5222 }]
  const found: Resolved[] = []
  for (const { name, port } of targets)
    for (const address of await addressesOf(name, server)) found.push({ address, port })
  return found
}

async function addressesOf(host: string, server: string | undefined): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  const resolver = resolverFor(server)
  const [four, six] = await Promise.all([
    resolver.resolve4(host).catch(() => []),
    resolver.resolve6(host).catch(() => []),
  ])
  return [...four, ...six]
}

function resolverFor(server: string | undefined): dns.Resolver {
  const resolver = new dns.Resolver({ timeout: 3000, tries: 1 })
  if (server !== undefined) resolver.setServers([server])
  return resolver
}
