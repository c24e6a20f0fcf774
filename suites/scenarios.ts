import type { Scenario } from '../harness/scenario.ts'
import { loadedSuites } from './own-suites/loaded-suites.ts'
import { anySource } from './http/any-source.ts'
import { challenge } from './http/challenge.ts'
import { credentials } from './http/credentials.ts'
import { disabled } from './http/disabled.ts'
import { duplicates } from './http/duplicates.ts'
import { flood } from './http/flood.ts'
import { inSession, inSessionSeveral } from './http/in-session.ts'
import { rejected } from './http/rejected.ts'
import { request } from './http/request.ts'
import { url } from './http/url.ts'
import { variants } from './http/variants.ts'
import { whileConnecting } from './http/while-connecting.ts'
import { invariants } from './invariants/invariants.ts'
import { authentication } from './session/authentication.ts'
import { cookies } from './session/cookies.ts'
import { event6NotRetried } from './session/event-6-not-retried.ts'
import { factoryReset } from './session/factory-reset.ts'
import { faults } from './session/faults.ts'
import { hold } from './session/hold.ts'
import { notify } from './session/notify.ts'
import { parameterKey } from './session/parameter-key.ts'
import { powerCycle, reboot } from './session/reboot.ts'
import { redirect } from './session/redirect.ts'
import { retryCutShort } from './session/retry-cut-short.ts'
import { valueChanged } from './session/value-change.ts'
import { anySource as udpAnySource } from './udp/any-source.ts'
import { binding as udpBinding } from './udp/binding.ts'
import { clock as udpClock } from './udp/clock.ts'
import { copies as udpCopies } from './udp/copies.ts'
import { credentials as udpCredentials } from './udp/credentials.ts'
import { inSession as udpInSession, inSessionSeveral as udpInSessionSeveral } from './udp/in-session.ts'
import { integrity as udpIntegrity } from './udp/integrity.ts'
import { keepalive as udpKeepalive } from './udp/keepalive.ts'
import { mapping as udpMapping } from './udp/mapping.ts'
import { profile as udpProfile } from './udp/profile.ts'
import { rejected as udpRejected } from './udp/rejected.ts'
import { request as udpRequest } from './udp/request.ts'
import { stunOff as udpStunOff } from './udp/stun-off.ts'
import { timeoutDiscovery as udpTimeoutDiscovery } from './udp/timeout-discovery.ts'
import { allowedJids as xmppAllowedJids } from './xmpp/allowed-jids.ts'
import { connect as xmppConnect } from './xmpp/connect.ts'
import { credentialPair as oneCredentialPair } from './xmpp/credential-pair.ts'
import { duplicates as xmppDuplicates } from './xmpp/duplicates.ts'
import { enable as xmppEnable } from './xmpp/enable.ts'
import { httpBeside as httpBesideXmpp } from './xmpp/http-beside.ts'
import { inSession as xmppInSession, inSessionSeveral as xmppInSessionSeveral } from './xmpp/in-session.ts'
import { jabberId as xmppJabberId } from './xmpp/jabberid.ts'
import { keepalive as xmppKeepalive } from './xmpp/keepalive.ts'
import { profile as xmppProfile } from './xmpp/profile.ts'
import { reconnect as xmppReconnect } from './xmpp/reconnect.ts'
import { reference as xmppReference } from './xmpp/reference.ts'
import { rejected as xmppRejected } from './xmpp/rejected.ts'
import { request as xmppRequest } from './xmpp/request.ts'
import { tls as xmppTls } from './xmpp/tls.ts'

/** By HTTP and in sessions: what disturbs least first. */
const undisturbing: readonly Scenario[] = [
  challenge,
  request,
  anySource,
  url,
  variants,
  duplicates,
  inSession,
  inSessionSeveral,
  whileConnecting,
  credentials,
  authentication,
  cookies,
  redirect,
  faults,
  hold,
  event6NotRetried,
  retryCutShort,
  notify,
  parameterKey,
  valueChanged,
  reboot,
  powerCycle,
]

/** Many requests, what closes the door, and at last what takes from the device all that it was given. */
const disturbing: readonly Scenario[] = [rejected, flood, disabled, factoryReset]

/** Everything about HTTP Connection Requests and sessions. */
export const httpScenarios: readonly Scenario[] = [...undisturbing, ...disturbing]

/** Everything about XMPP Connection Requests (Annex K); malformed stanzas come last. */
export const xmppScenarios: readonly Scenario[] = [
  xmppProfile,
  xmppConnect,
  xmppRequest,
  httpBesideXmpp,
  xmppDuplicates,
  xmppInSession,
  xmppInSessionSeveral,
  xmppAllowedJids,
  oneCredentialPair,
  xmppTls,
  xmppJabberId,
  xmppKeepalive,
  xmppReconnect,
  xmppEnable,
  xmppReference,
  xmppRejected,
]

/** Everything about UDP Connection Requests and STUN (Annex G); what may leave the device deaf comes last. */
export const udpScenarios: readonly Scenario[] = [
  udpProfile,
  udpBinding,
  udpRequest,
  udpCopies,
  udpInSession,
  udpInSessionSeveral,
  udpCredentials,
  udpIntegrity,
  udpKeepalive,
  udpMapping,
  udpTimeoutDiscovery,
  udpStunOff,
  udpAnySource,
  udpRejected,
  udpClock,
]

/** All built-in scenarios in the order in which one device plays them. */
export const scenarios: readonly Scenario[] = [...undisturbing, ...xmppScenarios, ...udpScenarios, ...disturbing]

/** The same with those of the suites that are loaded, before what may close the door. */
export const knownScenarios = (): readonly Scenario[] => [
  ...undisturbing,
  ...xmppScenarios,
  ...udpScenarios,
  ...loadedSuites().flatMap(suite => suite.scenarios),
  ...disturbing,
]

export { invariants }

/** What a run adds to its scenarios only when it is asked for. */
export type Included = 'long'

/** Which scenarios a run plays, and which it leaves out because they are long and nobody asked for them. */
export interface Selection {
  played: readonly Scenario[]
  leftOut: readonly Scenario[]
}

/** What ids of scenarios begin with, as a word for all of them. */
export const scenarioKinds = ['http', 'xmpp', 'udp', 'session'] as const

/**
 * Scenarios for `--only`, by their ids, by the ids of requirements they judge, or by the kind that their ids begin with,
 * and `--include`. What `--only` names by itself is asked for.
 */
export function selectScenarios(only: readonly string[], include: readonly Included[]): Selection {
  const all = knownScenarios()
  const kinds = scenarioKinds.filter(kind => only.includes(kind))
  const isNamed = ({ id, metrics }: Scenario) =>
    only.includes(id) || Object.values(metrics).some(({ requirement }) => only.includes(requirement))
  const isMeant = (scenario: Scenario) =>
    only.length === 0 || isNamed(scenario) || kinds.some(kind => scenario.id.startsWith(`${kind}-`))
  const isAskedFor = (scenario: Scenario) =>
    scenario.long === undefined || include.includes('long') || isNamed(scenario)
  const meant = all.filter(isMeant)
  return {
    played: meant.filter(isAskedFor),
    leftOut: meant.filter(scenario => !isAskedFor(scenario)),
  }
}
