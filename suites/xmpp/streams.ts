import type { Bench } from '../../harness/bench.ts'
import { ConditionsNotMet } from '../../harness/conditions.ts'
import type { Conversation } from '../../harness/scenario.ts'
import type { EntryOf } from '../../harness/timeline/entry.ts'
import { entriesOf, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import type { XmppConnection } from '../../harness/timeline/xmpp-connections.ts'
import { ours } from '../../harness/verdict/limit.ts'
import { fullJid, parseJid } from '../../harness/xmpp-server/jid.ts'
import { disableConnection, setParameters } from './connection-settings.ts'
import { ownBounds } from './own-connections.ts'

const sasl = 'urn:ietf:params:xml:ns:xmpp-sasl'

/** How long a setting may take to be applied. */
export const applied = ours(60, 'the standard does not say how soon after its session a setting is applied')

/** Whether the device asked for TLS on this connection, or began with it; the handshake may then have failed. */
export const startedTls = ({ accepted, tls, tlsFailed, received }: XmppConnection): boolean =>
  accepted.for === 'clients-direct-tls' ||
  tls !== undefined ||
  tlsFailed !== undefined ||
  received.some(({ what, name }) => what === 'nonza' && name === 'starttls')

/** The entry that shows an authentication without TLS: its beginning, or its outcome. */
export const authenticatedInClear = ({ authentications, received }: XmppConnection) =>
  received.find(
    ({ what, name, namespace, tls }) => what === 'nonza' && name === 'auth' && namespace === sasl && !tls,
  ) ?? authentications.find(({ tls }) => !tls)

/** The stream of the device’s account that was bound last, if it was still there at entry `seq`. */
export function streamUpAt(timeline: Timeline, seq: number): EntryOf<'xmpp-bound'> | undefined {
  const before = timelineOf(timeline.entries.filter(entry => entry.seq < seq))
  const bound = ownBounds(timeline, before).at(-1)
  return bound === undefined || endOf(before, bound.connection) ? undefined : bound
}

/** The property of a device that leaves an idle stream and makes it again. */
export const stayProperty = 'idle XMPP stream'

/** The end of the stream on that connection. */
export const endOf = (timeline: Timeline, connection: number) =>
  entriesOf(timeline, 'xmpp-stream-ended').find(entry => entry.connection === connection) ??
  entriesOf(timeline, 'xmpp-connection-closed').find(entry => entry.connection === connection)

/** Whether it was the device that ended its stream. */
export function endedByDevice(timeline: Timeline, ended: NonNullable<ReturnType<typeof endOf>>): boolean {
  if (ended.type === 'xmpp-connection-closed') return ended.by === 'peer'
  if (ended.how === 'closed-by-peer' || ended.how === 'lost') return true
  const error = entriesOf(timeline, 'xmpp-stream-error').find(({ connection }) => connection === ended.connection)
  return ended.how === 'stream-error' && error?.by === 'peer'
}

/** Conditions with which our server ends a stream that is not as RFC 6120 wants it. RFC 6120 4.9.3 */
const violations = new Set([
  'bad-format',
  'bad-namespace-prefix',
  'host-unknown',
  'improper-addressing',
  'invalid-from',
  'invalid-namespace',
  'invalid-xml',
  'not-authorized',
  'not-well-formed',
  'restricted-xml',
  'unsupported-encoding',
  'unsupported-feature',
  'unsupported-stanza-type',
  'unsupported-version',
])

/** The stream error of ours that says what the device did against RFC 6120. */
export const violationOf = ({ streamErrors }: XmppConnection) =>
  streamErrors.find(({ by, condition }) => by === 'server' && violations.has(condition))

/** The same address: local part and domain without regard to case, the resource to the letter. RFC 7622 */
export function isSameJid(one: string, other: string): boolean {
  const [a, b] = [parseJid(one), parseJid(other)]
  return a !== undefined && b !== undefined && fullJid(a) === fullJid(b)
}

/** A boolean of the data model; `undefined` where the text is none. */
export function booleanOf(text: string | undefined): boolean | undefined {
  const value = text?.trim().toLowerCase()
  if (value === '1' || value === 'true') return true
  return value === '0' || value === 'false' ? false : undefined
}

/** What was seen of a parameter, for people. */
export const shown = (value: string | undefined) =>
  value === undefined ? 'no value' : value === '' ? 'an empty value' : `"${value}"`

/**
 * Switches the connection off, so that it can be switched on under other conditions.
 * @throws ConditionsNotMet when its stream stays, or another one comes
 */
export async function switchOff(conversation: Conversation, what?: string): Promise<void> {
  const { bench } = conversation
  await disableConnection(conversation, what)
  if (bench.xmpp?.stream() === undefined) return
  await setParameters(conversation, 'switch the XMPP connection on again, because its stream stayed', { Enable: '1' })
  throw new ConditionsNotMet(
    'There is still a stream although its connection was switched off, the old one or another; see CR-XMPP-28.',
  )
}

/** Waits for an entry that the device may leave out. @returns `undefined` when it did not come within `ms` */
export const orNothing = <T>({ signal }: Pick<Bench, 'signal'>, awaited: Promise<T>): Promise<T | undefined> =>
  awaited.catch(error => (signal.aborted ? Promise.reject(error as Error) : undefined))
