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

/**
 * All scenarios in the order in which one device plays them: what disturbs least first, many requests and what
 * closes the door last.
 */
export const scenarios: readonly Scenario[] = [
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
  rejected,
  flood,
  disabled,
]

export { invariants }

/** Scenarios to play for `--only`: by their ids, or by the ids of requirements they judge. */
export function selectScenarios(only: readonly string[]): readonly Scenario[] {
  if (only.length === 0) return scenarios
  return scenarios.filter(
    ({ id, metrics }) =>
      only.includes(id) || Object.values(metrics).some(({ requirement }) => only.includes(requirement)),
  )
}
