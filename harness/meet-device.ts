import type { BenchParts } from './bench.ts'
import { isAccepted, writtenSeq } from './bench.ts'
import { withTimeout } from './clock/clock.ts'
import type { NoAnswer } from './connection-request/http/outcome.ts'
import type { Credentials, Knock } from './connection-request/http/requester.ts'
import { linkLocalProblem, parseConnectionRequestUrl } from './device/connection-request-url.ts'
import { deviceAbsence } from './device-absence.ts'
import { controlActions } from './device/profile-control.ts'
import { beginPersonsTurn, endPersonsTurn } from './person/ask-person.ts'
import type { ControlAction, DeviceFacts, Reachability, UdpFacts, XmppFacts } from './device/facts.ts'
import { secondLocalAddress } from './device/local-address.ts'
import { type Findings, probe } from './device/probe.ts'
import type { Profile } from './device/profile.ts'
import { type Provisioned, provision } from './device/provisioning.ts'
import { awaitXmppStream, beginXmpp, firstXmppKnock } from './meet-xmpp.ts'
import { awaitBinding, beginUdp, firstUdpKnock } from './meet-udp.ts'
import { natBetween } from './nat-between.ts'
import { RefusedAtRest, refusalOf, repeatAfterRests } from './rate-limit.ts'
import { restDevice } from './rest.ts'
import { otherDevices } from './timeline/other-devices.ts'
import { connectionRequestEvent } from './timeline/sessions.ts'
import { entriesOf, type Timeline } from './timeline/timeline.ts'

const timingOf = ({ timing }: Profile): DeviceFacts['timing'] => ({
  idleMs: timing.idle,
  watchMs: timing.watch,
  graceMs: timing.grace,
  bootMs: timing.boot,
  xmppConnectMs: timing.xmppConnect,
  stunBindingMs: timing.stunBinding,
  rateLimitMs: timing.rateLimit,
})

/** The device did not come, or left before it was known. The message says what to do. */
export class DeviceAbsent extends Error {
  override readonly name = 'DeviceAbsent'
  readonly code = 'CONNREQ_DEVICE_ABSENT'
}

const firstSessionMs = 120_000

/** Waits for the first session, probes and provisions the device in it, and knocks once to see how it is reached. */
export async function meetDevice(parts: BenchParts, profile: Profile, credentials: Credentials): Promise<DeviceFacts> {
  const { timeline, acs, control } = parts
  let met: { findings: Findings; provisioned: Provisioned; xmpp: XmppFacts; udp: UdpFacts } | undefined
  const first = acs.plan({
    name: 'probe and provision the device',
    script: async session => {
      const findings = await probe(session)
      const provisioned = await provision(session, { timeline, credentials, ...findings })
      const xmpp = await beginXmpp(parts, session, findings)
      met = { findings, provisioned, xmpp, udp: await beginUdp(parts, session, findings) }
    },
  })
  const stopWaiving = waiveAuthenticationWhereItFails(parts)
  const isStarted = await startDevice(parts)
  const waitMs = profile.timing.firstInform + (control.task('start')?.timeoutMs ?? 0)
  // A command that starts the device may end after the device has called.
  if (!timeline.entries.some(({ type }) => type === 'session-opened'))
    timeline.add({ type: 'waiting-for-device', what: `the first Inform at ${acs.url}`, timeoutMs: waitMs })
  await inTime(parts, waitMs, first.sessionOpened, () =>
    deviceAbsence(timeline.entries, { acsUrl: acs.url, waitedMs: waitMs }),
  )
  isStarted()
  stopWaiving()
  await inTime(
    parts,
    firstSessionMs,
    first.done.catch(() => undefined),
    () => 'The first session of the device did not end within two minutes.',
  )
  if (!met)
    throw new DeviceAbsent(
      'The device left its first session before it could be probed. See the timeline for what it sent last; then start it again.',
    )

  const { findings, provisioned } = met
  const timing = timingOf(profile)
  const connected = await awaitXmppStream(parts, met.xmpp, { ...findings, credentials })
  const bound = await awaitBinding(parts, met.udp, { ...findings, timing })
  // What the device has to say of its XMPP connection and its binding must not meet the first request.
  if (met.xmpp.state === 'not-connected' || met.udp.state === 'no-binding') await restDevice(parts, timing.idleMs)
  const { reachability, knock, firstAnswer } = await firstKnock(parts, findings, credentials)
  const accepted = knock !== undefined && isAccepted(knock)
  const timeToSessionMs = accepted ? await firstSession(parts, profile, knock) : undefined
  const facts: DeviceFacts = {
    ...findings,
    http: profile.features.http,
    reachability,
    ...(firstAnswer ? { firstAnswer } : {}),
    provisioning: provisioned,
    credentialsWork: accepted && knock?.challenge !== undefined,
    ...(timeToSessionMs === undefined ? {} : { timeToSessionMs }),
    ...secondAddressOf(profile, acs.url, findings),
    ...controlOf(parts, findings),
    deviceCredentialsKnown: (profile.acs.authentication.username ?? '') !== '',
    tls: acs.url.startsWith('https:'),
    xmpp: await firstXmppKnock(parts, connected, { credentials, timing }),
    udp: await firstUdpKnock(parts, bound, { credentials, timing }),
    timing,
  }
  timeline.add({ type: 'probed', probe: facts })
  return facts
}

/** The mark that the ACS gave up authenticating the device; its data has the `problem`, where one was seen. */
export const authenticationWaived = 'authentication-waived'

/**
 * A device that fails to authenticate itself would never get in. After two failures it is let in without, so that
 * all else can be judged; session-authentication looks into the reason. @returns how to stop
 */
function waiveAuthenticationWhereItFails({ timeline, acs }: BenchParts): () => void {
  let failures = 0
  let problem: string | undefined
  return timeline.onEntry(entry => {
    if (entry.type !== 'device-authenticated' && entry.type !== 'session-ended') return
    if (otherDevices(timeline.entries).has(entry)) return
    if (entry.type === 'device-authenticated' && !entry.authentication.ok) problem = entry.authentication.problem
    if (entry.type !== 'session-ended' || entry.how !== 'not-authenticated' || ++failures !== 2) return
    acs.demandAuthentication({ scheme: 'none' })
    timeline.add({ type: 'mark', name: authenticationWaived, ...(problem === undefined ? {} : { data: { problem } }) })
  })
}

type FirstKnock = Pick<DeviceFacts, 'firstAnswer' | 'reachability'> & { knock?: Knock }

/** One ordinary Connection Request: whether the server is there, and whether the credentials are in force. */
async function firstKnock(
  parts: BenchParts,
  { connectionRequestUrl: url }: Findings,
  credentials: Credentials,
): Promise<FirstKnock> {
  if (url === undefined || url === '')
    return {
      reachability: {
        state: 'no-url',
        detail: 'The device gave no ConnectionRequestURL in its Inform, so it cannot be asked to call.',
      },
    }
  const linkLocal = linkLocalProblem(url)
  if (linkLocal !== undefined) return { reachability: { state: 'unusable-url', detail: linkLocal } }
  const first = await knockWithEitherDigest(parts, url, credentials).catch((error: unknown) => {
    if (error instanceof RefusedAtRest) return undefined
    throw error
  })
  if (first === undefined)
    return {
      reachability: { state: 'reachable', detail: `${url} answers, but refuses every request with 503.` },
      ...lastRefusal(parts.timeline),
    }
  const firstAnswer =
    first.final.kind === 'answer' ? { firstAnswer: { status: first.final.status, seq: first.final.seq } } : {}
  // A first request that is refused is a finding of its own (CR-GEN-13); a second one shows whether it is the rule.
  const refused = first.final.kind === 'answer' && !isAccepted(first) && first.final.status !== 401
  const knock = refused ? await knockWithEitherDigest(parts, url, credentials) : first
  const { final } = knock
  if (final.kind === 'answer')
    return { reachability: { state: 'reachable', detail: `${url} answers.` }, knock, ...firstAnswer }
  const state = reachabilityOf(final.reason, knock.first?.kind === 'answer')
  const nat = natBetween(parts.timeline, url)
  const detail = `${url} does not answer: ${final.detail}`
  const reachability: Reachability =
    nat === undefined ? { state, detail } : { state, detail: `${detail.replace(/\.?$/, '.')} ${nat}`, behindNat: true }
  return { reachability, knock, ...firstAnswer }
}

function lastRefusal(timeline: Timeline): Pick<FirstKnock, 'firstAnswer'> {
  const refusal = entriesOf(timeline, 'http-cr-answered').findLast(({ status }) => status === 503)
  return refusal ? { firstAnswer: { status: refusal.status, seq: refusal.seq } } : {}
}

/** Some devices refuse the qop that they offer. That is a finding of its own and shall not hide all others. */
async function knockWithEitherDigest(parts: BenchParts, url: string, credentials: Credentials): Promise<Knock> {
  const { requester, profile } = parts
  const timing = timingOf(profile)
  const request = { url, credentials, authorised: true, label: 'first request' }
  const send = () =>
    repeatAfterRests(
      parts,
      timing,
      request.label,
      knock => refusalOf(knock.final),
      () => requester.knock(request),
    )
  const knock = await send()
  const refused = knock.final.kind === 'answer' && knock.final.status === 401
  if (!refused || knock.challenge?.qop === undefined) return knock
  requester.qop = 'never'
  const again = await send()
  if (isAccepted(again)) return again
  requester.qop = 'as-offered'
  return knock
}

function reachabilityOf(reason: NoAnswer['reason'], challengeCame: boolean): Reachability['state'] {
  if (reason === 'refused') return 'refused'
  return challengeCame || reason === 'reset' || reason === 'closed' || reason === 'malformed'
    ? 'reachable'
    : 'unreachable'
}

/** The session that the first request brings. @returns the time from reply to attempt, `undefined` when none came */
async function firstSession(
  { timeline, signal }: BenchParts,
  profile: Profile,
  knock: Knock,
): Promise<number | undefined> {
  const opened = await timeline
    .waitFor(
      'session-opened',
      entry => entry.ofDeviceUnderTest && entry.inform.events.some(event => event.eventCode === connectionRequestEvent),
      {
        after: writtenSeq(timeline, knock),
        timeoutMs: 30_000 + profile.timing.grace,
        what: `the first session with ${connectionRequestEvent}`,
        signal,
      },
    )
    .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
  if (!opened || knock.final.kind !== 'answer') return undefined
  await timeline.waitFor('session-ended', entry => entry.session === opened.session, {
    after: opened.seq,
    timeoutMs: firstSessionMs,
    what: 'the first session with event 6 to end',
    signal,
  })
  return Math.max(0, opened.attemptAt - knock.final.lastByteAt)
}

function secondAddressOf(profile: Profile, acsUrl: string, { connectionRequestUrl }: Findings) {
  const parsed = parseConnectionRequestUrl(connectionRequestUrl ?? '')
  if (parsed.problem !== undefined) return {}
  const secondAddress =
    profile.connectionRequest.secondAddress ?? secondLocalAddress(new URL(acsUrl).hostname, parsed.host)
  return secondAddress === undefined ? {} : { secondAddress }
}

function controlOf({ control }: BenchParts, { rpcMethods }: Findings): Pick<DeviceFacts, 'control' | 'unattended'> {
  const rpcOf: Partial<Record<ControlAction, string>> = { reboot: 'Reboot', factoryReset: 'FactoryReset' }
  const means = controlActions.map(action => [action, control.means(action)] as const)
  const unattended = controlActions.filter(action => control.isUnattended(action))
  return {
    control: Object.fromEntries(
      means.filter(
        ([action, how]) => how !== undefined && (how !== 'rpc' || rpcMethods.includes(rpcOf[action] ?? action)),
      ),
    ),
    ...(unattended.length === 0 ? {} : { unattended }),
  }
}

/**
 * Starts the device where the profile says how; before this the ACS has everything ready for it.
 * @returns how to note that a person who was asked has done it
 * @throws ControlFailed when the command fails
 */
async function startDevice({ control, timeline }: BenchParts): Promise<() => void> {
  const task = control.task('start')
  if (task !== undefined) {
    beginPersonsTurn(timeline, 'start', task)
    return () => endPersonsTurn(timeline, 'start')
  }
  if (control.means('start') !== undefined) await control.perform('start')
  return () => undefined
}

const inTime = <T>({ clock }: BenchParts, ms: number, work: Promise<T>, problem: () => string) =>
  withTimeout(clock, ms, work, () => new DeviceAbsent(problem()))
