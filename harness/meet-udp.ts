import { isIP, isIPv6 } from 'node:net'
import type { BenchParts, StunSide } from './bench-parts.ts'
import type { Credentials } from './connection-request/http/requester.ts'
import type { RpcSession } from './cwmp/rpcs.ts'
import { parseHost } from './device/advertised-host.ts'
import { formatDuration } from './device/duration.ts'
import { type DeviceFacts, managementServer, type UdpFacts } from './device/facts.ts'
import type { Findings } from './device/probe.ts'
import type { Profile } from './device/profile.ts'
import { claimsUdp } from './device/udp-parameters.ts'
import { provisionUdp } from './device/udp-provisioning.ts'
import { ListenError } from './listening/listen-error.ts'
import { sessionEndMs } from './rest.ts'
import type { StunLab } from './stun-lab.ts'
import { bytesOfAddress, textOfAddress } from './stun-server/ip-address.ts'
import type { EntryOf } from './timeline/entry.ts'
import { connectionRequestEvent } from './timeline/sessions.ts'
import { hasAttribute, isBindingRequest, isPrimaryRequest, stunCodes } from './timeline/stun-requests.ts'
import { entriesOf } from './timeline/timeline.ts'
import { createUdpBench } from './udp-bench.ts'

/** Whether the profile asks for UDP: then a STUN server that cannot be opened ends the run. */
export const asksForUdp = ({ features, stun }: Profile) =>
  features.udp !== false && (features.udp === true || stun !== undefined)

/** In the first session: gives a device that has UDP Connection Requests its STUN server. */
export async function beginUdp(
  { timeline, profile, stun }: Pick<BenchParts, 'timeline' | 'profile'> & { stun: StunSide },
  session: RpcSession,
  findings: Findings,
): Promise<UdpFacts> {
  const { features } = profile
  if (features.udp === false) return { state: 'left-out', detail: 'The profile leaves UDP Connection Requests out.' }
  if (features.udp !== true && !claimsUdp(findings))
    return { state: 'not-claimed', detail: 'The device does not say that it has UDP Connection Requests.' }
  const opened = await openLab(stun)
  if ('problem' in opened) return { state: 'no-server', detail: opened.problem }
  const { found, account } = opened.lab
  if (features.udp !== true && isIPv6(found.host)) return { state: 'left-out', detail: overIPv6 }
  const provisioned = await provisionUdp(session, { timeline, ...findings, settings: { server: found, ...account } })
  if (provisioned.problem !== undefined) return { state: 'not-provisioned', detail: provisioned.problem, server: found }
  const { keepAliveSeconds } = provisioned
  return {
    state: 'no-binding',
    detail: 'The device was given a STUN server.',
    server: found,
    ...(keepAliveSeconds === undefined ? {} : { keepAliveSeconds }),
  }
}

/** A device that does not do so breaks nothing. */
const overIPv6 =
  'The STUN server is at an IPv6 address, and RFC 3489, on which Annex G builds, knows IPv4 only: write an IPv4 address in stun.advertise, or features.udp: true to try it all the same.'

async function openLab(stun: StunSide): Promise<{ lab: StunLab } | { problem: string }> {
  try {
    return { lab: await stun.open() }
  } catch (error) {
    if (error instanceof ListenError) return { problem: error.message }
    throw error
  }
}

/** After the first session: waits for the first Binding Request of a device that was provisioned. */
export async function awaitBinding(
  { timeline, signal, stun }: BenchParts,
  begun: UdpFacts,
  device: Pick<DeviceFacts, 'root' | 'parameters' | 'timing'>,
): Promise<UdpFacts> {
  const { lab } = stun
  if (begun.state !== 'no-binding' || lab === undefined) return begun
  const waitMs = device.timing.stunBindingMs
  const firstAfter = (seq: number) =>
    timeline
      .waitFor('stun-received', isPrimaryRequest, {
        after: seq,
        timeoutMs: waitMs,
        what: 'the first Binding Request of the device',
        signal,
      })
      .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
  const first =
    (await firstAfter(0)) ?? (adoptOnlyStranger(timeline, lab) ? await firstAfter(timeline.lastSeq) : undefined)
  if (first === undefined) return { ...begun, detail: absence(timeline, lab, waitMs) }
  const { address, port } = first.from
  const own = device.parameters[managementServer(device, 'UDPConnectionRequestAddress')]?.value ?? ''
  return {
    ...begun,
    state: 'bound',
    detail: `The device sends Binding Requests from ${address} port ${port}.`,
    binding: first.from,
    ...nattedBetween(parseHost(own).host, address),
  }
}

/**
 * A device may do STUN by another interface than CWMP, and need not name its user unasked: where one single host sent
 * requests of Annex G that name nobody, and the device none, they are its own.
 */
function adoptOnlyStranger(timeline: BenchParts['timeline'], lab: StunLab): boolean {
  const seen = entriesOf(timeline, 'stun-received')
  if (seen.some(({ ofDeviceUnderTest }) => ofDeviceUnderTest)) return false
  const claims = seen.filter(
    entry => isBindingRequest(entry) && hasAttribute(entry, stunCodes.connectionRequestBinding),
  )
  const [host, ...others] = new Set(claims.map(({ from }) => from.address))
  if (host === undefined || others.length > 0 || claims.some(({ username }) => username !== undefined)) return false
  lab.adopt(host)
  return true
}

/** Whether a NAT changes the address, where the device says what its own one is. */
function nattedBetween(own: string, seen: string): Pick<UdpFacts, 'natted'> {
  if (isIP(own) === 0) return {}
  const address = textOfAddress(bytesOfAddress(own))
  return nowhere.includes(address) ? {} : { natted: address !== textOfAddress(bytesOfAddress(seen)) }
}

const nowhere = ['0.0.0.0', '::']

/** Why no Binding Request came, in sentences that say what to check. */
function absence(timeline: BenchParts['timeline'], { found }: StunLab, waitMs: number): string {
  const place = `${found.host} port ${found.port} (UDP)`
  const begin = `The device sent no Binding Request with CONNECTION-REQUEST-BINDING within ${formatDuration(waitMs)}.`
  const others = entriesOf(timeline, 'stun-received')
  if (others.some(({ ofDeviceUnderTest }) => ofDeviceUnderTest))
    return `${begin} It sent others; the timeline has them.`
  const [stranger] = others
  if (stranger !== undefined)
    return `${begin} ${stranger.from.address} sent some, from where the device does not call the ACS.`
  const [other] = entriesOf(timeline, 'datagram-received')
  if (other !== undefined) return `${begin} ${other.from.address} sent what is no STUN message; the timeline has it.`
  return `${begin} Nothing arrived at ${place}: check the route and that no firewall blocks UDP.`
}

/** One ordinary UDP Connection Request with what follows from it, before the scenarios. */
export async function firstUdpKnock(
  parts: BenchParts,
  bound: UdpFacts,
  { credentials, timing }: { credentials: Credentials; timing: DeviceFacts['timing'] },
): Promise<UdpFacts> {
  const { lab } = parts.stun
  if (bound.state !== 'bound' || lab === undefined) return bound
  const { timeline, signal } = parts
  const after = { timeline, signal, waitMs: 30_000 + timing.graceMs }
  const udp = createUdpBench({
    parts,
    timing,
    lab,
    credentials: () => credentials,
    connectionRequestSessionAfter: seq => sessionAfter(after, seq),
    async sessionEnd(id) {
      await timeline.waitFor('session-ended', entry => entry.session === id, {
        after: 0,
        timeoutMs: sessionEndMs,
        what: 'the first session after a UDP Connection Request to end',
        signal,
      })
    },
  })
  const { sent, session } = await udp.knock('first UDP request')
  if (session === undefined) return bound
  return { ...bound, timeToSessionMs: Math.max(0, session.attemptAt - sent.first.at) }
}

const sessionAfter = (
  { timeline, signal, waitMs }: Pick<BenchParts, 'timeline' | 'signal'> & { waitMs: number },
  seq: number,
): Promise<EntryOf<'session-opened'> | undefined> =>
  timeline
    .waitFor(
      'session-opened',
      entry => entry.ofDeviceUnderTest && entry.inform.events.some(event => event.eventCode === connectionRequestEvent),
      { after: seq, timeoutMs: waitMs, what: `a session with ${connectionRequestEvent}`, signal },
    )
    .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
