import { randomBytes } from 'node:crypto'
import { CwmpFault } from '../cwmp/fault.ts'
import type { ParameterToSet, RpcSession } from '../cwmp/rpcs.ts'
import type { Redactor } from '../timeline/redactor.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { managementServer, type RootObject } from './facts.ts'
import type { Profile } from './profile.ts'
import { type Restoring, setBack, valuesBefore } from './set-back.ts'

/** The pair that authenticates Connection Requests. */
interface Credentials {
  username: string
  password: string
}

/** Long enough not to mix periodic sessions into a run, short enough to find a lost device again. */
export const periodicSeconds = 3600

/** A fresh pair of unreserved characters only, because devices differ in what they decode. The redactor learns it. */
export function newCredentials(redactor: Redactor): Credentials {
  const password = randomBytes(12).toString('hex')
  redactor.learn(password)
  return { username: `connreq-${randomBytes(3).toString('hex')}`, password }
}

/** The pair the profile names, else a fresh one. */
export function credentialsFor(profile: Profile, redactor: Redactor): Credentials {
  const fresh = newCredentials(redactor)
  const { username = fresh.username, password = fresh.password } = profile.connectionRequest
  redactor.learn(password)
  return { username, password }
}

/** What provisioning came to, and what was there before. */
export interface Provisioned {
  status?: number
  problem?: string
}

type Parameters = Record<string, { value: string; writable: boolean; type?: string }>

/**
 * Sets the Connection Request credentials and a long periodic interval, and reads the username back, because some
 * devices take only the password although the status is 0.
 */
export async function provision(
  session: RpcSession,
  context: { timeline: TimelineRecorder; root: RootObject; credentials: Credentials; parameters: Parameters },
): Promise<Provisioned> {
  const { timeline, root, credentials, parameters } = context
  const name = (last: string) => managementServer({ root }, last)
  const wanted: ParameterToSet[] = [
    { name: name('ConnectionRequestUsername'), value: credentials.username },
    { name: name('ConnectionRequestPassword'), value: credentials.password },
    ...(parameters[name('PeriodicInformInterval')]?.writable !== true
      ? []
      : [{ name: name('PeriodicInformInterval'), value: String(periodicSeconds), type: 'unsignedInt' }]),
  ]
  try {
    const { status } = await session.call('SetParameterValues', { parameters: wanted })
    timeline.add({ type: 'provisioned', parameters: wanted, status: status ?? -1 })
    const { parameters: read } = await session.call('GetParameterValues', {
      names: [name('ConnectionRequestUsername')],
    })
    const username = read[0]?.value
    if (username !== credentials.username)
      return {
        ...(status === undefined ? {} : { status }),
        problem: `ConnectionRequestUsername was set to ${credentials.username} with status ${status ?? 'unknown'}, but reads back as "${username ?? ''}".`,
      }
    return status === undefined ? {} : { status }
  } catch (error) {
    if (!(error instanceof CwmpFault)) throw error
    return { problem: error.message }
  }
}

/** Values that a run changes and sets back: everything else is set back by the scenario that changed it. */
const restorable = [
  'ConnectionRequestUsername',
  'PeriodicInformInterval',
  'PeriodicInformEnable',
  'CWMPRetryMinimumWaitInterval',
  'CWMPRetryIntervalMultiplier',
  'DefaultActiveNotificationThrottle',
]

/** Sets back what the run changed, in one session. What cannot be set back is named with the reason. */
export async function restore(
  session: RpcSession,
  context: { timeline: TimelineRecorder; root: RootObject; parameters: Parameters },
): Promise<void> {
  const { timeline, root, parameters } = context
  const names = restorable.map(last => managementServer({ root }, last)).filter(name => parameters[name]?.writable)
  const restoring: Restoring = {
    parameters: [],
    notRestored: [
      {
        name: managementServer({ root }, 'ConnectionRequestPassword'),
        reason: 'The device does not tell its password; set your own again.',
      },
    ],
  }
  try {
    const parameterKey = parameters[managementServer({ root }, 'ParameterKey')]?.value ?? ''
    await setBack(session, restoring, valuesBefore(parameters, names), { parameterKey })
  } finally {
    timeline.add({ type: 'restored', ...restoring })
  }
}
