import { parseHost } from '../../harness/device/advertised-host.ts'
import type { Profile } from '../../harness/device/profile.ts'
import type { TestBench } from '../../harness/test-bench.ts'
import { type Advertised, advertisedFindings, choiceFindings, loopbackFindings } from './advertised.ts'
import { certificateFindings } from './certificates.ts'
import { type Finding, fine, note, problem } from './finding.ts'
import { inUrl, isEverywhere, isLinkLocal, isLoopback, type MachineAddress } from './machine.ts'
import type { Place } from './places.ts'
import { reach } from './reach.ts'
import { type localAddressTowards, routeFindings, type Told } from './routes.ts'
import { xmppFindings } from './xmpp.ts'

/** What was found out before the servers were opened. */
export interface Surroundings {
  places: readonly Place[]
  machine: readonly MachineAddress[]
  /** The address of the device, and the one from which this machine sends to it. */
  device: string | undefined
  towards: Awaited<ReturnType<typeof localAddressTowards>> | undefined
  now: Date
}

/** The servers of an open bench, or those of one that could not be opened, as far as they are known. */
export type Servers = Pick<TestBench, 'acsUrl' | 'xmpp' | 'stun' | 'caFile'> & {
  /** Only what is open can be reached. */
  open?: Pick<TestBench, 'clock' | 'timeline'>
}

/** Whether devices find the servers, and would trust them. */
export async function checkServers(servers: Servers, profile: Profile, around: Surroundings): Promise<Finding[]> {
  const { machine, device, towards, now } = around
  const { acsUrl, open } = servers
  const findings = [...schemeFindings(profile, around, acsUrl)]
  if (servers.caFile !== undefined)
    findings.push(
      fine(
        'acs',
        'The certificate authority is made anew for each run, which says where it is; acs.tls can name files that last.',
      ),
    )
  const advertised = advertisedBy(servers, profile, around)
  findings.push(...loopbackFindings(advertised))
  for (const each of advertised) {
    findings.push(...advertisedFindings(each, await reach(each, open), machine))
  }
  findings.push(...(await xmppFindings(profile, servers.xmpp)), ...stunFindings(servers))
  const acsHost = hostOf(acsUrl)
  if (profile.acs.url === undefined) findings.push(...choiceFindings(acsHost, acsUrl, machine))
  if (device !== undefined && towards !== undefined)
    findings.push(...routeFindings(device, towards, toldOf(advertised), machine))
  const all = [...findings, ...(await certificates(profile, { acsHost, servers, now }))]
  return [urlFinding(acsUrl, all), ...all]
}

/** The URL is to be entered only where nothing speaks against it. */
function urlFinding(acsUrl: string, findings: readonly Finding[]): Finding {
  const isWrong = findings.some(
    ({ about, state, disprovedByCall }) =>
      state === 'problem' && (about === 'acs' || (about === 'route' && disprovedByCall === true)),
  )
  if (!isWrong) return fine('acs', `Enter this URL in the device: ${acsUrl}`)
  return note(
    'acs',
    `The URL of the ACS is ${acsUrl}; what is said of it below comes before it is entered in the device.`,
  )
}

/** What would be opened where something stands in the way. */
export function serversToBe(profile: Profile, { places, machine }: Pick<Surroundings, 'places' | 'machine'>): Servers {
  const { acs, xmpp, stun } = profile
  const at = (server: Place['server']) => places.find(place => place.server === server)
  const { address = '0.0.0.0', port = 0 } = at('ACS') ?? {}
  const own = machine.find(each => !isLoopback(each.address) && !isLinkLocal(each.address))?.address ?? '127.0.0.1'
  const host = inUrl(isEverywhere(address) ? own : address)
  const acsUrl = acs.url ?? `${acs.tls === undefined ? 'http' : 'https'}://${host}:${port}/acs`
  const found = (advertise: string | undefined, ordinary: number) => {
    const named = parseHost(advertise ?? hostOf(acsUrl))
    return { host: named.host, port: named.port ?? ordinary }
  }
  const xmppFound = found(xmpp?.advertise, at('XMPP server')?.port ?? 5222)
  const hasXmpp = at('XMPP server') !== undefined || xmpp?.server === 'external'
  return {
    acsUrl,
    xmpp: hasXmpp ? { found: xmppFound, domain: xmpp?.domain ?? xmppFound.host, caFile: undefined } : undefined,
    stun:
      at('STUN server') === undefined ? undefined : { found: found(stun?.advertise, at('STUN server')?.port ?? 3478) },
  }
}

/** What devices are told of the servers, as far as it is theirs to be told. */
function advertisedBy({ acsUrl, xmpp, stun }: Servers, profile: Profile, { places }: Surroundings): Advertised[] {
  const listening = (server: Place['server']) => places.find(place => place.server === server)
  const servers: Advertised[] = [
    {
      about: 'acs',
      server: 'The ACS',
      setting: 'acs.url',
      host: hostOf(acsUrl),
      port: portOf(acsUrl),
      protocol: 'tcp',
      listening: listening('ACS'),
    },
  ]
  if (xmpp !== undefined)
    servers.push({
      about: 'xmpp',
      server: 'The XMPP server',
      setting: 'xmpp.advertise',
      ...xmpp.found,
      protocol: 'tcp',
      listening: profile.xmpp?.server === 'external' ? undefined : listening('XMPP server'),
    })
  if (stun !== undefined)
    servers.push({
      about: 'stun',
      server: 'The STUN server',
      setting: 'stun.advertise',
      ...stun.found,
      protocol: 'udp',
      listening: listening('STUN server'),
    })
  return servers
}

const hostOf = (url: string) => parseHost(new URL(url).hostname).host
const portOf = (url: string) => Number(new URL(url).port || (url.startsWith('https:') ? 443 : 80))

/** One line for all that have the same host. */
function toldOf(advertised: readonly Advertised[]): Told[] {
  const [acs] = advertised
  return advertised
    .filter(({ host }, index) => index === 0 || host !== acs?.host)
    .map(({ host, setting, server }) => ({
      what: setting === 'acs.url' ? 'the ACS URL' : `what it is told of ${server.replace('The', 'the')}`,
      setting: setting === 'acs.url' ? 'the host of acs.url' : setting,
      address: host,
      isAcs: setting === 'acs.url',
    }))
}

/** Whether the ACS speaks what its URL says. */
function schemeFindings({ acs }: Profile, { places }: Pick<Surroundings, 'places'>, acsUrl: string): Finding[] {
  const isHttps = acsUrl.startsWith('https:')
  if (isHttps && acs.tls === undefined) {
    const text = 'acs.url is https, but the ACS speaks no TLS: acs.tls is not set.'
    const todo = 'Write acs.tls: generated, or name files of your own'
    const listening = places.find(({ server }) => server === 'ACS')?.port
    return [
      listening === portOf(acsUrl)
        ? problem(
            'acs',
            text,
            `${todo}. Where something in front of the ACS ends TLS, have the ACS listen on another port than that of acs.url.`,
          )
        : note('acs', text, `${todo}; only where something in front of the ACS ends TLS is this right.`),
    ]
  }
  if (!isHttps && acs.tls !== undefined)
    return [
      problem(
        'acs',
        'acs.url is http, but the ACS speaks TLS: acs.tls is set.',
        'Write https in acs.url, or leave acs.tls out.',
      ),
    ]
  return []
}

function stunFindings({ stun }: Servers): Finding[] {
  if (stun === undefined) return []
  const { host, port } = stun.found
  return [
    fine('stun', `Devices find the STUN server at ${host} port ${port}; UDP Connection Requests come from there too.`),
  ]
}

async function certificates(
  { acs, xmpp }: Profile,
  { acsHost, servers, now }: { acsHost: string; servers: Servers; now: Date },
): Promise<Finding[]> {
  const own = [
    { setting: 'acs.tls', tls: acs.tls, host: acsHost },
    ...(servers.xmpp === undefined || xmpp?.server === 'external'
      ? []
      : [{ setting: 'xmpp.tls', tls: xmpp?.tls, host: servers.xmpp.domain }]),
  ]
  const files = own.flatMap(({ setting, tls, host }) =>
    tls === undefined || tls === 'generated' ? [] : [{ setting, ...tls, host }],
  )
  return (await Promise.all(files.map(each => certificateFindings(each, now)))).flat()
}
