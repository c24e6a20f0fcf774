import { type Bench, overUdp } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import { CwmpFault } from '../../harness/cwmp/fault.ts'
import type { ParameterToSet } from '../../harness/cwmp/rpcs.ts'
import { hasManagementServer, managementServer } from '../../harness/device/facts.ts'
import { chosen } from '../../harness/limits.ts'
import type { Conversation } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'
import { aWayInWithoutStun } from '../needs.ts'
import { truthAfter } from './binding-requests.ts'

/** The mark of a reading; its data has `when` and `values`, by the names below ManagementServer. */
export const readMark = 'stun-read'
/** The mark of a setting; its data has `what`, `values` and the `status`, or the `fault` it got. */
export const setMark = 'stun-set'

const types: Record<string, string> = {
  STUNEnable: 'boolean',
  STUNServerPort: 'unsignedInt',
  STUNMaximumKeepAlivePeriod: 'int',
  STUNMinimumKeepAlivePeriod: 'unsignedInt',
  UDPConnectionRequestAddressNotificationLimit: 'unsignedInt',
}

/** What came of a setting: the status of the device, or its fault. */
export interface Setting {
  status?: number
  fault?: string
}

/**
 * Sets parameters of ManagementServer in a session of their own, and marks what came of it. A fault of the device is
 * marked, not thrown.
 */
export async function setStun(
  { bench, mark }: Conversation,
  what: string,
  values: Record<string, string>,
): Promise<Setting> {
  return bench.inSession(what, async session => {
    const parameters: ParameterToSet[] = Object.entries(values).map(([name, value]) => ({
      name: managementServer(bench.facts, name),
      value,
      type: types[name] ?? 'string',
    }))
    const outcome = await session.call('SetParameterValues', { parameters }).then(
      ({ status }) => (status === undefined ? {} : { status }),
      (error: unknown) => {
        if (error instanceof CwmpFault) return { fault: error.message }
        throw error
      },
    )
    mark(setMark, { what, values: withoutSecrets(values), ...outcome })
    return outcome
  })
}

/** The same where the scenario cannot go on without. @throws ConditionsNotMet when the device refuses */
export async function mustSetStun(
  conversation: Conversation,
  what: string,
  values: Record<string, string>,
): Promise<Setting> {
  const outcome = await setStun(conversation, what, values)
  if (outcome.fault === undefined) return outcome
  throw new ConditionsNotMet(`The device refused to ${what}: ${outcome.fault}`)
}

const withoutSecrets = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.endsWith('Password')))

/** Reads parameters in a session of their own, and marks their values; those the device does not have are left out. */
export async function readStun({ bench, mark }: Conversation, when: string, names: readonly string[]): Promise<void> {
  const wanted = names.filter(name => hasManagementServer(bench.facts, name))
  const values = await bench.inSession(`read the STUN parameters: ${when}`, async session => {
    const { parameters } = await session.call('GetParameterValues', {
      names: wanted.map(name => managementServer(bench.facts, name)),
    })
    const valueOf = (name: string) =>
      parameters.find(parameter => parameter.name === managementServer(bench.facts, name))?.value
    return Object.fromEntries(wanted.map(name => [name, valueOf(name)]))
  })
  mark(readMark, { when, values })
}

/**
 * Reads parameters, and once more after a while where a value is not as it is due: nothing says that a device shows
 * at once what its STUN client learns. The later reading counts.
 * @returns whether all of them were as they are due
 */
export async function readStunAsDue(
  conversation: Conversation,
  when: string,
  due: Record<string, (value: string) => boolean>,
): Promise<boolean> {
  const { bench, soFar } = conversation
  const readAsDue = async () => {
    await readStun(conversation, when, Object.keys(due))
    const values = readingOf(soFar(), when)?.values ?? {}
    return Object.entries(due).every(([name, fits]) => {
      const value = values[name]
      return value === undefined || fits(value)
    })
  }
  if (await readAsDue()) return true
  await bench.clock.sleep(chosen.readAgain.ms, bench.signal)
  return readAsDue()
}

/** What was read at that moment, for judges. */
export interface Reading {
  seq: number
  values: Record<string, string | undefined>
}

/** The last reading with that name. */
export function readingOf(timeline: Timeline, when: string): Reading | undefined {
  const found = entriesOf(timeline, 'mark').findLast(({ name, data }) => name === readMark && data?.['when'] === when)
  return found && { seq: found.seq, values: (found.data?.['values'] ?? {}) as Reading['values'] }
}

/** The last setting with that name. */
export function settingOf(timeline: Timeline, what: string): (Setting & { seq: number }) | undefined {
  const found = entriesOf(timeline, 'mark').findLast(({ name, data }) => name === setMark && data?.['what'] === what)
  if (!found) return undefined
  const { status, fault } = (found.data ?? {}) as Setting
  return { seq: found.seq, ...(status === undefined ? {} : { status }), ...(fault === undefined ? {} : { fault }) }
}

/** Both keep-alive limits, in seconds. */
export const keepAliveSettings = (minimum: number, maximum: number): Record<string, string> => ({
  STUNMinimumKeepAlivePeriod: String(minimum),
  STUNMaximumKeepAlivePeriod: String(maximum),
})

/** What the run gave the device, as it is between scenarios. */
export function ordinaryStunSettings(bench: Bench): Record<string, string> {
  const { found, account } = overUdp(bench).lab
  const { keepAliveSeconds } = bench.facts.udp
  return {
    STUNServerAddress: found.host,
    STUNServerPort: String(found.port),
    STUNUsername: account.username,
    STUNPassword: account.password,
    ...(keepAliveSeconds === undefined ? {} : keepAliveSettings(keepAliveSeconds, keepAliveSeconds)),
    STUNEnable: '1',
  }
}

/**
 * After a scenario: an ordinary server, the settings of the run, and a Binding Request that was answered truthfully.
 * A device that gave up is made to begin anew by switching STUN off and on.
 * @returns that answer; `undefined` when none was asked for in time
 */
export async function settleStun(conversation: Conversation): Promise<EntryOf<'stun-sent'> | undefined> {
  const { bench, mark } = conversation
  overUdp(bench).lab.resetPolicy()
  const answer = (await setAndAwait(conversation, 'set STUN back')) ?? (await beginAnew(conversation))
  mark('settled', { bound: answer !== undefined })
  return answer
}

async function beginAnew(conversation: Conversation) {
  if (!aWayInWithoutStun(conversation.bench.facts).applies) return undefined
  await setStun(conversation, 'switch STUN off, because no Binding Request came', { STUNEnable: '0' })
  return setAndAwait(conversation, 'switch STUN on again')
}

async function setAndAwait(conversation: Conversation, what: string) {
  const { bench } = conversation
  const { facts, timeline } = bench
  const since = timeline.lastSeq
  await setStun(conversation, what, ordinaryStunSettings(bench))
  return truthAfter(bench, since, Math.max(chosen.nextBindingRequest(facts).ms, chosen.stunBinding(facts).ms))
}
