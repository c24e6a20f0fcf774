import { CwmpFault } from '../../harness/cwmp/fault.ts'
import type { ParameterToSet } from '../../harness/cwmp/rpcs.ts'
import { type Bench, overXmpp } from '../../harness/bench.ts'
import { managementServer } from '../../harness/device/facts.ts'
import { chosen } from '../../harness/limits.ts'
import type { Conversation } from '../../harness/scenario.ts'
import { entriesOf, type Timeline } from '../../harness/timeline/timeline.ts'

/** The mark of a reading; its data has `when` and `values`, by the last part of the parameters' names. */
export const readMark = 'xmpp-read'
/** The mark of a setting; its data has `what`, `values` and the `status`, or the `fault` it got. */
export const setMark = 'xmpp-set'

/** Full names: those of ManagementServer by name, all others as parameters of the run's XMPP.Connection. */
const fullName = (bench: Bench, name: string) =>
  /^(ConnReq|SupportedConnReq)/.test(name)
    ? managementServer(bench.facts, name)
    : `${overXmpp(bench).connection.path}${name}`

/** Whether the run's XMPP.Connection, or ManagementServer, has that parameter. */
export const hasParameter = (bench: Bench, name: string) =>
  fullName(bench, name) in bench.facts.parameters || fullName(bench, name) in overXmpp(bench).connection.parameters

const types: Record<string, string> = {
  Enable: 'boolean',
  UseTLS: 'boolean',
  KeepAliveInterval: 'long',
  ServerConnectAttempts: 'unsignedInt',
  ServerRetryInitialInterval: 'unsignedInt',
  ServerRetryIntervalMultiplier: 'unsignedInt',
  ServerRetryMaxInterval: 'unsignedInt',
}

/** Sets parameters in a session of their own, and marks what came of it. A fault of the device is marked, not thrown. */
export async function setParameters(
  conversation: Conversation,
  what: string,
  values: Record<string, string>,
): Promise<Setting> {
  return setAt(conversation, what, values, name => fullName(conversation.bench, name))
}

/** What came of a setting: the status of the device, or its fault. */
export interface Setting {
  status?: number
  fault?: string
}

/** The same for parameters that `place` names in full, where there is no XMPP bench to name them. */
export async function setAt(
  { bench, mark }: Pick<Conversation, 'bench' | 'mark'>,
  what: string,
  values: Record<string, string>,
  place: (name: string) => string,
): Promise<Setting> {
  return bench.inSession(what, async session => {
    const parameters: ParameterToSet[] = Object.entries(values).map(([name, value]) => ({
      name: place(name),
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

/** Reads parameters in a session of their own, and marks their values; those the device does not have are left out. */
export async function readValues(conversation: Conversation, when: string, names: readonly string[]): Promise<void> {
  const { bench, mark } = conversation
  const wanted = names.filter(name => hasParameter(bench, name))
  if (wanted.length === 0) {
    mark(readMark, { when, values: {} })
    return
  }
  await bench.inSession(`read the XMPP parameters: ${when}`, async session => {
    const { parameters } = await session.call('GetParameterValues', {
      names: wanted.map(name => fullName(bench, name)),
    })
    const values = Object.fromEntries(
      wanted.map(name => [name, parameters.find(parameter => parameter.name === fullName(bench, name))?.value]),
    )
    mark(readMark, { when, values })
  })
}

/**
 * Reads parameters, and once more after a while where a value is not as it is due: nothing says that a device shows
 * at once what its XMPP client does. The later reading counts.
 */
export async function readAsDue(
  conversation: Conversation,
  when: string,
  due: Record<string, (value: string) => boolean>,
): Promise<void> {
  const { bench, soFar } = conversation
  await readValues(conversation, when, Object.keys(due))
  const values: Reading['values'] = readingOf(soFar(), when)?.values ?? {}
  const isDue = ([name, fits]: [string, (value: string) => boolean]) => {
    const value = values[name]
    return value === undefined || fits(value)
  }
  if (Object.entries(due).every(isDue)) return
  await bench.clock.sleep(chosen.promptReply.ms, bench.signal)
  await readValues(conversation, when, Object.keys(due))
}

const withoutSecrets = (values: Record<string, string>) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.endsWith('Password')))

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

/** The last setting with that name: its status, or the fault it got. */
export function settingOf(
  timeline: Timeline,
  what: string,
): { seq: number; status?: number; fault?: string } | undefined {
  const found = entriesOf(timeline, 'mark').findLast(({ name, data }) => name === setMark && data?.['what'] === what)
  if (!found) return undefined
  const { status, fault } = (found.data ?? {}) as { status?: number; fault?: string }
  return { seq: found.seq, ...(status === undefined ? {} : { status }), ...(fault === undefined ? {} : { fault }) }
}

/** How long a stream that was switched off or dropped may take to end. */
const streamEndMs = 60_000

/** Switches the connection off in a session, and waits until its stream has ended. */
export async function disableConnection(conversation: Conversation, what = 'switch the XMPP connection off') {
  const { bench } = conversation
  const xmpp = overXmpp(bench)
  const stream = xmpp.stream()
  const since = bench.timeline.lastSeq
  await setParameters(conversation, what, { Enable: '0' })
  if (
    stream === undefined ||
    bench.timeline.entries.some(entry => entry.seq > since && isEndOf(entry, stream.connection))
  )
    return
  await bench.timeline
    .waitFor('xmpp-connection-closed', entry => entry.connection === stream.connection, {
      after: since,
      timeoutMs: streamEndMs,
      what: 'the XMPP stream to end after Enable was set to false',
      signal: bench.signal,
    })
    .catch(error => (bench.signal.aborted ? Promise.reject(error as Error) : undefined))
}

const isEndOf = (entry: { type: string }, connection: number) =>
  entry.type === 'xmpp-connection-closed' && 'connection' in entry && entry.connection === connection

/**
 * Switches the connection on in a session, and waits for its stream.
 * @param mark the name of the mark before it, for the judge
 * @returns whether a stream was bound within `timing.xmppConnect`
 */
export async function enableConnection(
  conversation: Conversation,
  markName: string,
  more: Record<string, string> = {},
  waitMs = conversation.bench.facts.timing.xmppConnectMs,
): Promise<boolean> {
  const { bench, mark } = conversation
  mark(markName)
  const since = bench.timeline.lastSeq
  await setParameters(conversation, `${markName}: switch the XMPP connection on`, { ...more, Enable: '1' })
  return (await overXmpp(bench).boundAfter(since, waitMs)) !== undefined
}

/** Whether Enable was last set to false: a device may keep its stream all the same. */
function isSwitchedOff({ timeline }: Bench): boolean {
  const settings = entriesOf(timeline, 'mark').filter(({ name }) => name === setMark)
  const enabled = settings.map(({ data }) => (data?.['values'] as Record<string, string> | undefined)?.['Enable'])
  return enabled.findLast(value => value !== undefined) === '0'
}

/**
 * After a scenario: the ordinary server again, the connection on, its stream bound. Does nothing where all is well.
 */
export async function settleConnection(conversation: Conversation): Promise<void> {
  const { bench } = conversation
  const xmpp = overXmpp(bench)
  xmpp.lab.resetPolicy()
  if (xmpp.stream() !== undefined && !isSwitchedOff(bench)) return
  await setParameters(conversation, 'settle: switch the XMPP connection off', { Enable: '0' })
  await enableConnection(conversation, 'settled')
}
