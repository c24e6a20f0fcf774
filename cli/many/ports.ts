import { isIP } from 'node:net'
import type { Profile } from '../../harness/device/profile.ts'
import { stunSchema } from '../../harness/device/profile-stun.ts'
import { xmppSchema } from '../../harness/device/profile-xmpp.ts'
import { highestPort } from '../../harness/device/listen-address.ts'
import { type Place, placesOf, placeText } from '../check/places.ts'
import { UsageProblem } from '../usage-problem.ts'
import type { NamedProfile, ServerKey } from './profiles.ts'

/** Whether a port is free on all addresses of this machine. */
export type IsFree = (protocol: Place['protocol'], port: number) => Promise<boolean>

/** Where each server ordinarily is; the ports after it are tried in turn. */
const ordinaryPorts: Record<ServerKey, { port: number; protocol: Place['protocol'] }> = {
  acs: { port: 7547, protocol: 'tcp' },
  xmpp: { port: 5222, protocol: 'tcp' },
  stun: { port: 3478, protocol: 'udp' },
}

/**
 * Gives each server whose place its profile leaves out the next free port after the ordinary one, on all addresses.
 * @throws UsageProblem with every clash between profiles, and what to do
 */
export async function withPorts(devices: readonly NamedProfile[], isFree: IsFree): Promise<NamedProfile[]> {
  const taken = devices.flatMap(device => placesNamed(device))
  refuseClashes(taken)
  const next = { acs: ordinaryPorts.acs.port, xmpp: ordinaryPorts.xmpp.port, stun: ordinaryPorts.stun.port }
  const choose = async (key: ServerKey): Promise<string> => {
    const { protocol } = ordinaryPorts[key]
    for (;;) {
      const port = next[key]++
      if (port > highestPort) throw new UsageProblem(`No port is free for ${key}.listen; name one in each profile.`)
      const isNamed = taken.some(({ place }) => place.protocol === protocol && place.port === port)
      if (!isNamed && (await isFree(protocol, port))) return `0.0.0.0:${port}`
    }
  }
  const given: NamedProfile[] = []
  for (const device of devices) given.push({ ...device, profile: await completed(device, choose) })
  return given
}

async function completed(
  { profile, named }: NamedProfile,
  choose: (key: ServerKey) => Promise<string>,
): Promise<Profile> {
  const { features, acs, xmpp, stun } = profile
  const ownXmpp = features.xmpp !== false && xmpp?.server !== 'external' && !named.has('xmpp')
  const ownStun = features.udp !== false && !named.has('stun')
  return {
    ...profile,
    ...(named.has('acs') ? {} : { acs: { ...acs, listen: await choose('acs') } }),
    ...(ownXmpp ? { xmpp: { ...(xmpp ?? xmppSchema.parse({})), listen: await choose('xmpp') } } : {}),
    ...(ownStun ? { stun: { ...(stun ?? stunSchema.parse({})), listen: await choose('stun') } } : {}),
  }
}

interface Claim {
  device: NamedProfile
  place: Place
}

/** The places that a profile names itself, and the second ones that nobody gives by default. */
const placesNamed = (device: NamedProfile): Claim[] =>
  placesOf(device.profile)
    .filter(
      ({ setting, port }) =>
        port !== 0 && (device.named.has(setting.split('.')[0] as ServerKey) || setting === 'xmpp.directTls'),
    )
    .map(place => ({ device, place }))

function refuseClashes(claims: readonly Claim[]): void {
  const groups: Claim[][] = []
  for (const claim of claims) {
    const group = groups.find(others => others.some(other => overlap(claim.place, other.place)))
    if (group) group.push(claim)
    else groups.push([claim])
  }
  const clashes = groups.filter(group => group.length > 1)
  if (clashes.length === 0) return
  throw new UsageProblem(
    [
      'These profiles cannot run side by side, because two servers cannot listen at one place:',
      ...clashes.map(
        group =>
          `  ${[...new Set(group.map(({ place }) => placeText(place)))].join(' and ')}: ${group.map(({ device, place }) => `${device.path} (${place.setting})`).join(', ')}`,
      ),
      'Give each a port of its own, or leave the setting out and the next free port is taken.',
    ].join('\n'),
  )
}

/** An address that stands for all of its family; that of IPv6 stands for those of IPv4 too. */
const isEverywhere = (address: string) => address === '0.0.0.0' || (isIP(address) === 6 && /^[0:]+$/.test(address))

const overlap = (a: Place, b: Place): boolean =>
  a.protocol === b.protocol &&
  a.port === b.port &&
  (a.address === b.address || isEverywhere(a.address) || isEverywhere(b.address))

/** What is said of a server whose port was chosen. */
export function chosenPorts(before: NamedProfile, { profile }: NamedProfile): string[] {
  return placesOf(profile)
    .filter(({ setting }) => !before.named.has(setting.split('.')[0] as ServerKey) && setting.endsWith('.listen'))
    .map(({ setting, port }) => `${setting} ${port}`)
}
