import { createHttpRequester } from '../../harness/connection-request/http/requester.ts'
import { parseConnectionRequestUrl } from '../../harness/device/connection-request-url.ts'
import type { Profile } from '../../harness/device/profile.ts'
import { claimsUdp } from '../../harness/device/udp-parameters.ts'
import { claimsXmpp } from '../../harness/device/xmpp-parameters.ts'
import { asksForUdp } from '../../harness/meet-udp.ts'
import { asksForXmpp } from '../../harness/meet-xmpp.ts'
import { natBetween } from '../../harness/nat-between.ts'
import type { TestBench } from '../../harness/test-bench.ts'
import type { EarlierRun } from '../baseline/earlier-run.ts'
import { contradictions } from './contradictions.ts'
import { deviceClockFindings } from './device-clock.ts'
import { type Finding, fine, note, problem } from './finding.ts'
import type { Heard } from './hear-device.ts'
import type { MachineAddress } from './machine.ts'
import { stunPlaces, xmppPlaces } from './places.ts'
import { portFindings } from './ports.ts'

/** Everything that is known once a device has called. */
export interface Meeting {
  heard: Heard
  earlier: EarlierRun | undefined
  machine: readonly MachineAddress[]
  signal: AbortSignal
}

/** What a device that was heard tells, and in what it contradicts the profile. */
export async function deviceFindings(bench: TestBench, profile: Profile, meeting: Meeting): Promise<Finding[]> {
  const { heard, earlier } = meeting
  return [
    ...introduction(heard),
    ...deviceClockFindings(heard.opened.inform.currentTime, heard.at),
    ...contradictions(profile, heard, earlier),
    ...(await otherPortFindings(profile, meeting)),
    ...(await requestFindings(bench, profile, meeting)),
  ]
}

function introduction({ opened: { inform, cwmp }, from }: Heard): Finding[] {
  const { manufacturer, oui, productClass, serialNumber } = inform.deviceId
  const named = [manufacturer, productClass, serialNumber && `serial number ${serialNumber}`, oui && `OUI ${oui}`]
  const who = named.filter(Boolean).join(', ') || 'a device without a name'
  return [
    fine('device', `Heard: ${who}${from === undefined ? '' : `, from ${from}`}.`),
    fine('device', `Events: ${inform.events.map(({ eventCode }) => eventCode).join(', ') || 'none'}; ${cwmp}.`),
  ]
}

/** A run opens these servers only because the device has the feature. */
async function otherPortFindings(profile: Profile, { heard: { findings }, machine }: Meeting): Promise<Finding[]> {
  if (findings === undefined) return []
  const { features } = profile
  const places = [
    ...(features.xmpp === 'auto' && !asksForXmpp(profile) && claimsXmpp(findings) ? xmppPlaces(profile) : []),
    ...(features.udp === 'auto' && !asksForUdp(profile) && claimsUdp(findings) ? stunPlaces(profile) : []),
  ]
  const found = await portFindings(places, machine)
  // Without its server a feature is left out; the run goes on.
  return found.map(finding => (finding.state === 'problem' ? { ...finding, state: 'note' as const } : finding))
}

/** Whether the device can be asked to call by HTTP. */
async function requestFindings(
  bench: TestBench,
  { features }: Profile,
  { heard, signal }: Meeting,
): Promise<Finding[]> {
  if (features.http === false) return []
  const { timeline, clock } = bench
  const { findings, opened } = heard
  const url = opened.inform.parameters.find(({ name }) => name.endsWith('.ConnectionRequestURL'))?.value
  const otherwise = findings !== undefined && [claimsUdp, claimsXmpp].some(claims => claims(findings))
  // Only where there is another way can a run do without.
  const worse = features.http === true || !otherwise ? problem : note
  const leaveOut = otherwise ? ' Write features.http: false where it shall do without.' : ''
  if (url === undefined || url === '')
    return [
      worse(
        'device',
        'The Inform carries no ConnectionRequestURL, so the device cannot be asked to call by HTTP.',
        `Enable Connection Requests in the device.${leaveOut}`,
      ),
    ]
  const parsed = parseConnectionRequestUrl(url)
  if (parsed.problem !== undefined)
    return [
      worse(
        'device',
        `ConnectionRequestURL: ${parsed.problem}.`,
        `The device must be mended to be asked by HTTP.${leaveOut}`,
      ),
    ]
  const requester = createHttpRequester({ clock, timeline, signal })
  const outcome = await requester.send({ url, label: 'check', authorised: false })
  if (outcome.kind === 'answer')
    return [
      fine('device', `ConnectionRequestURL: ${url} answers with ${`${outcome.status} ${outcome.reason}`.trim()}.`),
    ]
  const nat = natBetween(timeline, url)
  return [
    worse(
      'device',
      `ConnectionRequestURL: ${url} does not answer: ${outcome.detail.replace(/\.$/, '')}.${nat === undefined ? '' : ` ${nat}`}`,
      `Check that this machine has a route to ${parsed.host} and that no firewall is between, that of the device included.${leaveOut}`,
    ),
  ]
}
