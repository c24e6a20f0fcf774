import type { Scenario } from '../harness/scenario.ts'
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
import { faults } from './session/faults.ts'
import { hold } from './session/hold.ts'
import { notify } from './session/notify.ts'
import { reboot } from './session/reboot.ts'
import { redirect } from './session/redirect.ts'
import { retryCutShort } from './session/retry-cut-short.ts'
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
  reboot,
]

/** Many requests, and what closes the door. */
const disturbing: readonly Scenario[] = [rejected, flood, disabled]

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

/** All scenarios in the order in which one device plays them. */
export const scenarios: readonly Scenario[] = [...undisturbing, ...xmppScenarios, ...disturbing]

export { invariants }

/** Scenarios to play for `--only`: by their ids, or by the ids of requirements they judge. */
export function selectScenarios(only: readonly string[]): readonly Scenario[] {
  if (only.length === 0) return scenarios
  return scenarios.filter(
    ({ id, metrics }) =>
      only.includes(id) || Object.values(metrics).some(({ requirement }) => only.includes(requirement)),
  )
}
