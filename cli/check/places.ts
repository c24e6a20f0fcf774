import { parseListen } from '../../harness/device/listen-address.ts'
import type { Profile } from '../../harness/device/profile.ts'
import { stunSchema } from '../../harness/device/profile-stun.ts'
import { xmppSchema } from '../../harness/device/profile-xmpp.ts'
import { asksForUdp } from '../../harness/meet-udp.ts'
import { asksForXmpp } from '../../harness/meet-xmpp.ts'
import { inUrl } from './machine.ts'

/** Where a server of the run listens. */
export interface Place {
  server: 'ACS' | 'XMPP server' | 'STUN server'
  /** The key of the profile that says where. */
  setting: string
  protocol: 'tcp' | 'udp'
  address: string
  /** 0 for any free one. */
  port: number
}

/** Where a run with this profile listens for certain. */
export const placesOf = (profile: Profile): Place[] => [
  place('ACS', 'acs.listen', profile.acs.listen),
  ...(asksForXmpp(profile) ? xmppPlaces(profile) : []),
  ...(asksForUdp(profile) ? stunPlaces(profile) : []),
]

/** Where the XMPP server listens, if one is opened. */
export function xmppPlaces(profile: Pick<Profile, 'xmpp'>): Place[] {
  const xmpp = profile.xmpp ?? xmppSchema.parse({})
  if (xmpp.server === 'external') return []
  return [
    place('XMPP server', 'xmpp.listen', xmpp.listen),
    ...(xmpp.directTls === undefined ? [] : [place('XMPP server', 'xmpp.directTls', xmpp.directTls)]),
  ]
}

/** Where the STUN server listens, if one is opened. */
export const stunPlaces = ({ stun }: Pick<Profile, 'stun'>): Place[] => [
  place('STUN server', 'stun.listen', (stun ?? stunSchema.parse({})).listen),
]

function place(server: Place['server'], setting: string, listen: string): Place {
  const { address, port } = parseListen(listen) ?? { address: '0.0.0.0', port: 0 }
  return { server, setting, protocol: server === 'STUN server' ? 'udp' : 'tcp', address, port }
}

/** `0.0.0.0:7547`, `[::]:3478 (UDP)` */
export const placeText = ({ address, port, protocol }: Pick<Place, 'address' | 'port' | 'protocol'>): string =>
  `${inUrl(address)}:${port}${protocol === 'udp' ? ' (UDP)' : ''}`
