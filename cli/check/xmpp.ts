import { promises as dns } from 'node:dns'
import { isIP } from 'node:net'
import type { Profile } from '../../harness/device/profile.ts'
import type { XmppPlace } from '../../harness/test-bench.ts'
import { type Finding, fine, note, problem } from './finding.ts'

/**
 * Where devices find the XMPP server, and whether DNS leads them there: SRV of `_xmpp-client._tcp.DOMAIN`, else the
 * address of the domain with port 5222. RFC 6120 3.2
 */
export async function xmppFindings({ xmpp }: Profile, place: XmppPlace | undefined): Promise<Finding[]> {
  if (place === undefined) return []
  const { found, domain } = place
  const findings = [
    ...(xmpp?.server === 'external'
      ? [fine('xmpp', 'The XMPP server of the lab lets the ACS in as a component.')]
      : []),
    fine('xmpp', `Devices find the XMPP server at ${found.host} port ${found.port}; its domain is ${domain}.`),
  ]
  if (place.caFile !== undefined)
    findings.push(
      fine(
        'xmpp',
        'Its certificate authority is made anew for each run, which says where it is; xmpp.tls can name files that last.',
      ),
    )
  if (isIP(domain) !== 0) return findings
  const resolver = xmpp?.resolver
  const resolved = await resolve(domain, resolver)
  const wanted = await addressesOf(found.host, resolver)
  const answers = resolved.map(({ address, port }) => `${address} port ${port}`).join(', ') || 'nothing'
  const asked = resolver === undefined ? 'The DNS of this machine' : `The DNS server ${resolver}`
  if (resolved.some(({ address, port }) => port === found.port && wanted.includes(address)))
    return [...findings, fine('xmpp', `${asked} leads devices there: ${domain} is ${answers}.`)]
  const astray = [
    'xmpp',
    `${asked} does not lead devices there: ${domain} is ${answers}. Only devices with a server table (XMPPAdvanced:1) will find it.`,
    `Add the records ${recordsFor(domain, found)}, or name as xmpp.domain an address of the server.`,
  ] as const
  // Which DNS the device asks is known only where the profile says so.
  return [...findings, resolver === undefined ? note(...astray) : problem(...astray)]
}

/** What DNS must say. */
function recordsFor(domain: string, { host, port }: XmppPlace['found']): string {
  const target = isIP(host) === 0 ? host : domain
  const srv = `_xmpp-client._tcp.${domain} SRV 0 0 ${port} ${target}.`
  return isIP(host) === 0 ? srv : `${domain} ${isIP(host) === 6 ? 'AAAA' : 'A'} ${host} and ${srv}`
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
