import { isIP } from 'node:net'
import type { Bench } from '../../harness/bench.ts'
import { formatDuration } from '../../harness/device/duration.ts'
import { chosen } from '../../harness/limits.ts'
import { entriesOf, markNamed, type Timeline, timelineOf } from '../../harness/timeline/timeline.ts'
import type { XmppConnection } from '../../harness/timeline/xmpp-connections.ts'
import type { Limit } from '../../harness/verdict/limit.ts'
import type { XmppBench } from '../../harness/xmpp-bench.ts'
import { settingOf } from './connection-settings.ts'
import { accountMark } from './own-connections.ts'
import { startedTls, violationOf } from './streams.ts'

/** What the device was told, and whether it can have found the server. */
export interface ToldAccount {
  username: string
  /** The username of Connection Requests, which is not that of the account. */
  requester?: string
  domain: string
  /** It is known that the device can resolve what it was told, which needs a server table. */
  findable: boolean
  limit: Limit
}

/** The account of the lab. */
export const accountOfLab = (bench: Bench, { lab }: XmppBench): ToldAccount => ({
  username: lab.account.username,
  domain: lab.domain,
  findable: true,
  limit: chosen.xmppConnect(bench.facts),
})

/** The account as it was provisioned, for a device that never connected; `undefined` where it was not. */
export function accountOfProvisioning(bench: Bench): ToldAccount | undefined {
  const provisioned = entriesOf(timelineOf(bench.timeline.entries), 'provisioned').flatMap(entry => entry.parameters)
  const { connection } = bench.facts.xmpp
  if (connection === undefined) return undefined
  const told = (name: string) => provisioned.findLast(parameter => parameter.name === connection.path + name)?.value
  const [username, domain] = [told('Username'), told('Domain')]
  if (username === undefined || domain === undefined) return undefined
  const { serverRow } = connection
  const rowValue = (name: string) => provisioned.findLast(parameter => parameter.name === `${serverRow}${name}`)?.value
  // The device reaches the ACS, so it resolves the ACS's name.
  const isResolved = (host: string) => isIP(host) !== 0 || host === new URL(bench.acs.url).hostname
  // Whether the lab has SRV records is not known here, and what a device does without them is a SHOULD. RFC 6120 3.2.2
  const findable = serverRow !== undefined && isResolved(rowValue('ServerAddress') ?? '')
  return { username, domain, findable, limit: chosen.xmppConnect(bench.facts) }
}

/** What the device had been told, as a scenario marked it. */
export const toldAccount = (timeline: Timeline) => markNamed(timeline, accountMark)?.data as ToldAccount | undefined

/** Why it is not the device that is to blame for a stream that did not come; `undefined` where nothing excuses it. */
export function excuseFor(
  timeline: Timeline,
  connections: readonly XmppConnection[],
  told: Pick<ToldAccount, 'findable' | 'domain'>,
  setting: string,
): string | undefined {
  const { fault, status } = settingOf(timeline, setting) ?? {}
  if (fault !== undefined) return `The device does not let itself be switched on: ${fault}`
  if (status === 1) return 'The device answered status 1: it applies the setting later.'
  if (connections.length === 0 && !told.findable)
    return `Nothing connected, and the device may not have found the server. Without a server table it needs the SRV record _xmpp-client._tcp.${told.domain} in its DNS, with one it must resolve the name of xmpp.advertise. Set that up and run again.`
  const untrusted = connections.find(({ tlsFailed }) => tlsFailed !== undefined)
  if (untrusted)
    return `TLS failed (${untrusted.tlsFailed?.reason}): the device may not trust the server’s certificate.`
  if (connections.some(violationOf)) return 'The server ended the stream for a breach of its rules; see CR-XMPP-03.'
  const authentications = connections.flatMap(connection => connection.authentications)
  const mismatch = authentications.find(({ condition }) => condition === 'invalid-mechanism')
  if (mismatch) return `The device asked for the mechanism ${mismatch.mechanism}, which was not on offer.`
  if (connections.length > 0 && authentications.length === 0)
    return `The device connected and left without authenticating${connections.some(startedTls) ? '' : ', and without TLS'}; it may know none of the mechanisms on offer.`
  return undefined
}

/** "no connection within 5 min", "refused as "cpe-1" (not-authorized)" */
export function absenceOf(connections: readonly XmppConnection[], { limit }: Pick<ToldAccount, 'limit'>): string {
  if (connections.length === 0) return `no connection within ${formatDuration(limit.ms)}`
  const refused = connections.flatMap(connection => connection.authentications).find(({ ok }) => !ok)
  const instead = refused
    ? `refused as "${refused.username}" (${refused.condition ?? 'no condition'})`
    : 'no resource bound'
  return `${connections.length === 1 ? 'a connection' : `${connections.length} connections`}, but no stream within ${formatDuration(limit.ms)}: ${instead}`
}
