import { abortable } from './abortable.ts'
import type { BenchParts, XmppSide } from './bench-parts.ts'
import { ComponentRefused } from './connection-request/xmpp/component-connection.ts'
import type { Credentials } from './connection-request/http/requester.ts'
import type { RpcSession } from './cwmp/rpcs.ts'
import { formatDuration } from './device/duration.ts'
import type { DeviceFacts, XmppFacts } from './device/facts.ts'
import { type Findings, readParameters } from './device/probe.ts'
import type { Profile } from './device/profile.ts'
import { claimsXmpp } from './device/xmpp-parameters.ts'
import { provisionXmpp } from './device/xmpp-provisioning.ts'
import { ListenError } from './listening/listen-error.ts'
import { readJabberId } from './read-jabber-id.ts'
import { RefusedAtRest, repeatAfterRests, xmppRefusalOf } from './rate-limit.ts'
import { restDevice, sessionEndMs } from './rest.ts'
import type { EntryOf } from './timeline/entry.ts'
import { connectionRequestEvent } from './timeline/sessions.ts'
import { timelineOf } from './timeline/timeline.ts'
import { xmppConnections } from './timeline/xmpp-connections.ts'
import { CertificateUnreadable } from './tls/tls-identity.ts'
import { isAcceptedByXmpp } from './xmpp-bench.ts'
import type { XmppLab } from './xmpp-lab.ts'

/** Whether the profile asks for XMPP in so many words: then a server that cannot be opened ends the run. */
export const asksForXmpp = ({ features, xmpp }: Profile) =>
  features.xmpp !== false && (features.xmpp === true || xmpp !== undefined)

/**
 * In the first session: gives a device that has XMPP Connection Requests its XMPP connection. What its XMPP objects
 * held before is added to the findings.
 */
export async function beginXmpp(
  { timeline, profile, xmpp }: Pick<BenchParts, 'timeline' | 'profile'> & { xmpp: XmppSide },
  session: RpcSession,
  findings: Findings,
): Promise<XmppFacts> {
  const { features } = profile
  if (features.xmpp === false) return { state: 'left-out', detail: 'The profile leaves XMPP Connection Requests out.' }
  if (features.xmpp !== true && !claimsXmpp(findings))
    return { state: 'not-claimed', detail: 'The device does not say that it has XMPP Connection Requests.' }
  const opened = await openLab(xmpp)
  if ('problem' in opened) return { state: 'no-server', detail: opened.problem }
  const { lab } = opened
  const server = lab.server === undefined ? 'external' : 'embedded'
  Object.assign(findings.parameters, await readParameters(session, `${findings.root}XMPP.`))
  const settings = { ...lab.account, domain: lab.domain, server: lab.found, useTls: lab.useTls }
  const { connection, problem } = await provisionXmpp(session, { timeline, ...findings, settings })
  const more = { server, ...(connection === undefined ? {} : { connection }) } as const
  if (problem !== undefined) return { state: 'not-provisioned', detail: problem, ...more }
  return { state: 'not-connected', detail: 'The device was given an XMPP connection.', ...more }
}

async function openLab(xmpp: XmppSide): Promise<{ lab: XmppLab } | { problem: string }> {
  try {
    return { lab: await xmpp.open() }
  } catch (error) {
    if (error instanceof ListenError || error instanceof ComponentRefused || error instanceof CertificateUnreadable)
      return { problem: error.message }
    throw error
  }
}

/** After the first session: waits for the stream of a device that was provisioned. */
export async function awaitXmppStream(
  parts: BenchParts,
  begun: XmppFacts,
  device: Pick<DeviceFacts, 'root' | 'connectionRequestUrl'> & { credentials: Credentials },
): Promise<XmppFacts> {
  const { lab } = parts.xmpp
  if (begun.state !== 'not-connected' || lab === undefined) return begun
  const jid = lab.server === undefined ? await readJabberId(parts, device) : await boundJid(parts, lab)
  if (jid === undefined) return { ...begun, detail: absence(parts, lab) }
  return { ...begun, state: 'connected', detail: `The device is connected as ${jid}.`, jid }
}

async function boundJid({ timeline, signal, profile }: BenchParts, lab: XmppLab): Promise<string | undefined> {
  const bound = await timeline
    .waitFor('xmpp-bound', ({ username }) => username === lab.account.username, {
      after: 0,
      timeoutMs: profile.timing.xmppConnect,
      what: 'the device to connect to the XMPP server',
      signal,
    })
    .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
  return bound?.jid
}

/** Why no stream came, in sentences that say what to check. */
function absence({ timeline, profile }: BenchParts, lab: XmppLab): string {
  const place = `${lab.found.host} port ${lab.found.port}`
  const waited = formatDuration(profile.timing.xmppConnect)
  if (lab.server === undefined)
    return `The device had no ConnReqJabberID within ${waited}. Check that it reaches ${place} and that its account ${lab.account.username} exists there.`
  const connections = xmppConnections(timelineOf(timeline.entries))
  const begin = `The device bound no XMPP stream within ${waited}.`
  if (connections.length === 0)
    return `${begin} Nothing connected to ${place}: check the route, the firewall, and that the device resolves ${lab.domain} (SRV _xmpp-client._tcp.${lab.domain}) or has a server table.`
  const failed = connections.find(({ tlsFailed }) => tlsFailed !== undefined)
  if (failed)
    return `${begin} TLS failed (${failed.tlsFailed?.reason}): does the device trust ${lab.caFile ?? 'the authority of xmpp.tls.certificate'}?`
  const refused = connections.flatMap(({ authentications }) => authentications).find(({ ok }) => !ok)
  if (refused)
    return `${begin} It was refused (${refused.condition ?? 'no condition'}) as "${refused.username}" by ${refused.mechanism}.`
  return `${begin} It connected ${connections.length === 1 ? 'once' : `${connections.length} times`}; the timeline has what it sent.`
}

/** One ordinary XMPP Connection Request with what follows from it, before the scenarios. */
export async function firstXmppKnock(
  parts: BenchParts,
  connected: XmppFacts,
  { credentials, timing }: { credentials: Credentials; timing: DeviceFacts['timing'] },
): Promise<XmppFacts> {
  const { lab } = parts.xmpp
  if (connected.state !== 'connected' || lab === undefined || connected.jid === undefined) return connected
  const { jid } = connected
  const { timeline, signal } = parts
  const label = 'first XMPP request'
  const outcome = await repeatAfterRests(parts, timing, label, xmppRefusalOf, async () => {
    await restDevice(parts, timing.idleMs)
    const from = `connreq@${lab.senders}/acs`
    const pending = await lab.requester.send({ label, to: jid, from, authorised: true, payload: credentials })
    return abortable(pending.outcome, signal)
  }).catch(error => {
    // The run goes on over HTTP.
    if (error instanceof RefusedAtRest) return undefined
    throw error as Error
  })
  if (outcome === undefined || !isAcceptedByXmpp(outcome)) return { ...connected, requestAccepted: false }
  // The session may be there before the answer has come through the server.
  const written = timeline.entries.find(entry => entry.type === 'xmpp-cr-sent' && entry.request === outcome.request)
  const opened = await timeline
    .waitFor(
      'session-opened',
      (entry: EntryOf<'session-opened'>) =>
        entry.ofDeviceUnderTest && entry.inform.events.some(event => event.eventCode === connectionRequestEvent),
      {
        after: written?.seq ?? outcome.seq,
        timeoutMs: 30_000 + timing.graceMs,
        what: `the first session with ${connectionRequestEvent} after an XMPP Connection Request`,
        signal,
      },
    )
    .catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
  if (!opened) return { ...connected, requestAccepted: true }
  await timeline.waitFor('session-ended', entry => entry.session === opened.session, {
    after: opened.seq,
    timeoutMs: sessionEndMs,
    what: 'the first session after an XMPP Connection Request to end',
    signal,
  })
  const timeToSessionMs = Math.max(0, opened.attemptAt - outcome.receivedAt)
  return { ...connected, requestAccepted: true, timeToSessionMs }
}
