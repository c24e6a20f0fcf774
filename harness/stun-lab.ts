import { randomBytes } from 'node:crypto'
import type { Clock } from './clock/clock.ts'
import { createUdpRequester, type UdpRequester } from './connection-request/udp/requester.ts'
import { createTimestamps } from './connection-request/udp/timestamps.ts'
import { followDeviceHosts } from './device-hosts.ts'
import { parseHost } from './device/advertised-host.ts'
import { parseListen } from './device/listen-address.ts'
import type { Profile } from './device/profile.ts'
import { stunSchema } from './device/profile-stun.ts'
import { openStunServer, ordinaryStunPolicy, type StunServer } from './stun-server/stun-server.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'
import type { Redactor } from './timeline/redactor.ts'

/** STUNUsername and STUNPassword. */
export interface StunAccount {
  username: string
  password: string
}

/** The UDP side of the bench: the STUN server, the device's user there, and the sender of UDP Connection Requests. */
export interface StunLab extends AsyncDisposable {
  readonly server: StunServer
  readonly requester: UdpRequester
  readonly account: StunAccount
  /** Makes another user of the device known to the server. */
  learn(account: StunAccount): void
  /** Where the device finds the server. */
  readonly found: { host: string; port: number }
  /** From now on what comes from this host is the device's: STUN may leave it by another interface. */
  adopt(address: string): void
  /** What the server does when no scenario wants otherwise. */
  resetPolicy(): void
}

/** The mark that the host of a request that named nobody was taken for the device: its `address`. */
const adoptedHostMark = 'stun-host-adopted'

/** The mark that says where devices find the STUN server: `host`, `port`. */
export const stunServerMark = 'stun-server'

/** The mark that the device has heard a `ts`, the greatest until then, that did not come in the ordinary way. */
export const usedTimestampMark = 'udp-timestamp-used'

export interface StunLabOptions {
  clock: Clock
  timeline: TimelineRecorder
  redactor: Redactor
  profile: Profile
  /** The host under which devices find the ACS: the STUN server is there too unless the profile says otherwise. */
  acsHost: string
  /** The greatest `ts` that the device has been sent in earlier runs; 0 where that is not known. */
  lastTimestamp: () => number
}

/** Opens the STUN server. @throws ListenError */
export async function openStunLab(options: StunLabOptions): Promise<StunLab> {
  const { clock, timeline, redactor, profile, acsHost, lastTimestamp } = options
  const stun = profile.stun ?? stunSchema.parse({})
  const listen = parseListen(stun.listen) ?? { address: '0.0.0.0', port: 3478 }
  // Its length is no multiple of four, so that USERNAME must be padded. RFC 3489 11.2.6
  const account = { username: `cpe-${randomBytes(5).toString('hex')}`, password: randomBytes(12).toString('hex') }
  const usernames = new Set<string>()
  const hosts = new Set<string>()
  const server = await openStunServer({
    clock,
    timeline,
    listen,
    isOfDeviceUnderTest: whoseRequest(timeline, usernames, hosts),
  })
  const learn = (another: StunAccount) => {
    redactor.learn(another.password)
    usernames.add(another.username)
    server.learn(another)
  }
  learn(account)
  const resetPolicy = () => {
    server.policy = { ...ordinaryStunPolicy }
  }
  resetPolicy()
  const advertised = parseHost(stun.advertise ?? acsHost)
  const found = { host: advertised.host, port: advertised.port ?? server.endpoint.port }
  timeline.add({ type: 'mark', name: stunServerMark, data: { ...found } })
  const timestamps = createTimestamps({
    clock,
    last: lastTimestamp,
    onUsed: ts => timeline.add({ type: 'mark', name: usedTimestampMark, data: { ts } }),
  })
  return {
    server,
    requester: createUdpRequester({ clock, timeline, sender: server, timestamps }),
    account,
    learn,
    adopt(address) {
      hosts.add(address)
      timeline.add({ type: 'mark', name: adoptedHostMark, data: { address } })
    },
    found,
    resetPolicy,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/**
 * A request is the device's when it names its user, or names nobody and comes from a host from which the device calls
 * the ACS or has named its user.
 */
function whoseRequest(timeline: TimelineRecorder, ours: ReadonlySet<string>, hosts: Set<string>) {
  const isDeviceHost = followDeviceHosts(timeline)
  return ({ from, username }: { from: { address: string }; username?: string }) => {
    const isNamed = username !== undefined && ours.has(username)
    if (isNamed) hosts.add(from.address)
    if (isNamed || username === undefined) return isDeviceHost(from.address) || hosts.has(from.address)
    // Another device behind the same NAT, unless nobody there names our user, or this one cuts its name.
    return isDeviceHost(from.address) && (!hosts.has(from.address) || isPartOf(username, ours))
  }
}

const isPartOf = (username: string, names: ReadonlySet<string>) =>
  [...names].some(name => name.startsWith(username) || username.startsWith(name))
