import { isIP } from 'node:net'
import { parseConnectionRequestUrl } from './device/connection-request-url.ts'
import { entriesOf, type Timeline } from './timeline/timeline.ts'

/** Why a device cannot be asked that calls from another address than the one in its ConnectionRequestURL. */
export function natBetween(timeline: Timeline, url: string): string | undefined {
  const parsed = parseConnectionRequestUrl(url)
  const opened = entriesOf(timeline, 'session-opened').find(({ ofDeviceUnderTest }) => ofDeviceUnderTest)
  const from = entriesOf(timeline, 'connection-accepted').find(({ connection }) => connection === opened?.connection)
  const caller = from?.from.address.replace(/^::ffff:/, '')
  if (parsed.problem !== undefined || caller === undefined) return undefined
  if (isIP(parsed.host) === 0 || parsed.host === caller) return undefined
  return `The device calls from ${caller}, so there is a NAT between, through which no TCP connection reaches it: UDP (Annex G) and XMPP (Annex K) are made for that.`
}
