import type { Requirement } from '../../harness/verdict/requirement.ts'
import { warningAtMost } from './basis.ts'
import { eventRequirements } from './events.ts'
import { genericRequirements } from './generic.ts'
import { httpRequirements } from './http.ts'
import { informRequirements } from './inform.ts'
import { loadedSuites } from '../own-suites/loaded-suites.ts'
import { likelyCauses } from './likely-causes/likely-causes.ts'
import { nearestWord } from '../../harness/device/nearest-word.ts'
import { notificationRequirements } from './notification.ts'
import { retryRequirements } from './retry.ts'
import { sessionRequirements } from './session.ts'
import { setParameterValuesRequirements } from './set-parameter-values.ts'
import { udpBindingRequirements } from './udp-binding.ts'
import { udpRequestRequirements } from './udp-request.ts'
import { udpStunRequirements } from './udp-stun.ts'
import { xmppConnectionRequirements } from './xmpp-connection.ts'
import { xmppRequestRequirements } from './xmpp-request.ts'

/**
 * All requirements of TR-069 Issue 1 Amendment 6 and its data models that touch Connection Requests, by subject and
 * in the order of their ids. `warningAtMost` is filled in by the basis where a row does not give a reason of its own,
 * `likelyCause` from a table of its own.
 */
export const catalogue: readonly Requirement[] = [
  ...genericRequirements,
  ...httpRequirements,
  ...udpStunRequirements,
  ...udpBindingRequirements,
  ...udpRequestRequirements,
  ...xmppConnectionRequirements,
  ...xmppRequestRequirements,
  ...eventRequirements,
  ...informRequirements,
  ...retryRequirements,
  ...sessionRequirements,
  ...setParameterValuesRequirements,
  ...notificationRequirements,
]
  .map(limitByBasis)
  .map(addLikelyCause)

const byId: ReadonlyMap<string, Requirement> = new Map(catalogue.map(row => [row.id, row]))

/** All requirements that this process can judge: those of the catalogue, then those of the suites that are loaded. */
export const knownRequirements = (): readonly Requirement[] => [
  ...catalogue,
  ...loadedSuites().flatMap(({ requirements }) => requirements),
]

/**
 * The requirement with this id, for example `CR-GEN-08`, of the catalogue or of a suite that is loaded.
 *
 * @throws RangeError for an id the catalogue does not have; its message names the nearest one there is.
 */
export function requirement(id: string): Requirement {
  const found = byId.get(id) ?? knownRequirements().find(row => row.id === id)
  if (found !== undefined) return found
  throw new RangeError(`The catalogue has no requirement "${id}"; did you mean ${nearestWord(id, [...byId.keys()])}?`)
}

function limitByBasis(row: Requirement): Requirement {
  const reason = row.warningAtMost ?? warningAtMost(row)
  return reason === undefined ? row : { ...row, warningAtMost: reason }
}

function addLikelyCause(row: Requirement): Requirement {
  const likelyCause = likelyCauses.get(row.id)
  return likelyCause === undefined ? row : { ...row, likelyCause }
}
