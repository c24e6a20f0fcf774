import { formatDuration } from './device/duration.ts'
import type { Entry, EntryOf } from './timeline/entry.ts'
import { entriesOf, timelineOf } from './timeline/timeline.ts'

/** The mark that names the file of the certificate authority made for this run. */
export const certificateAuthorityMark = 'acs-certificate-authority'

/**
 * Why no device was heard, in sentences that say what to check: by the connections that came all the same.
 * @param entries the timeline of the waiting
 * @param options.waitedMs how long the first Inform was waited for, in milliseconds
 */
export function deviceAbsence(entries: readonly Entry[], options: { acsUrl: string; waitedMs: number }): string {
  const { acsUrl, waitedMs } = options
  const callers = connectionsByAddress(entries)
  const advice =
    callers.size === 0
      ? 'Check that this URL is entered in the device (ManagementServer.URL), that a route leads to it and that no firewall blocks it.'
      : [...callers].map(([address, connections]) => connectedInVain(entries, address, connections, acsUrl)).join(' ')
  return (
    `No device called ${acsUrl} within ${formatDuration(waitedMs)}. ${advice} ` +
    'A device that has called this ACS before calls again only at its next periodic Inform or when it is restarted. ' +
    'timing.firstInform sets a longer wait.'
  )
}

type Accepted = EntryOf<'connection-accepted'>

function connectionsByAddress(entries: readonly Entry[]): Map<string, Accepted[]> {
  const callers = new Map<string, Accepted[]>()
  for (const accepted of entriesOf(timelineOf(entries), 'connection-accepted'))
    callers.set(accepted.from.address, [...(callers.get(accepted.from.address) ?? []), accepted])
  return callers
}

function connectedInVain(
  entries: readonly Entry[],
  address: string,
  connections: readonly Accepted[],
  acsUrl: string,
): string {
  const numbers = new Set(connections.map(({ connection }) => connection))
  const timeline = timelineOf(entries)
  const requests = entriesOf(timeline, 'http-received').filter(({ connection }) => numbers.has(connection))
  const refusals = entriesOf(timeline, 'http-refused').filter(({ connection }) => numbers.has(connection))
  const refused = refusals.length > 0
  const uncertified = refusals.find(({ reason }) => reason.startsWith('A device connected with'))
  const times = connections.length === 1 ? 'once' : `${connections.length} times`
  const connected = `${address} connected ${times} but`
  const another = entriesOf(timeline, 'session-opened').find(opened => numbers.has(opened.connection))
  if (another) {
    const { oui, serialNumber } = another.inform.deviceId
    return `${address} called as ${oui}-${serialNumber}, which is not the device that device.oui and device.serialNumber name.`
  }
  const elsewhere = requests.find(({ target }) => !target.startsWith(new URL(acsUrl).pathname))
  if (elsewhere) return `${connected} asked for ${elsewhere.target} and sent no Inform: is its ACS URL ${acsUrl}?`
  if (requests.length > 0) return `${connected} sent no Inform that could be read; the timeline has what it sent.`
  if (uncertified) return `${connected} was not let in: ${uncertified.reason}`
  if (connections.some(({ tls }) => tls))
    return `${connected} completed no TLS handshake: does the device trust ${authorityOf(entries)}, and does its ACS URL begin with https://?`
  if (refused) return `${connected} sent no HTTP: does its ACS URL begin with http://, not https://?`
  return `${connected} sent no Inform.`
}

function authorityOf(entries: readonly Entry[]): string {
  const made = entriesOf(timelineOf(entries), 'mark').find(({ name }) => name === certificateAuthorityMark)
  return made?.data === undefined ? 'the authority of acs.tls.certificate' : String(made.data['file'])
}
