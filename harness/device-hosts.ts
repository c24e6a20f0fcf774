import { plainAddress } from './stun-server/ip-address.ts'
import type { Endpoint } from './timeline/entry.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'

/**
 * Knows from which hosts the device under test calls the ACS, to tell its datagrams from those of other devices.
 * @returns whether a host is one of them; reads on from where it read last
 */
export function followDeviceHosts(timeline: Pick<TimelineRecorder, 'entries'>): (address: string) => boolean {
  const connections = new Map<number, Endpoint>()
  const hosts = new Set<string>()
  let read = 0
  return address => {
    for (; read < timeline.entries.length; read++) {
      const entry = timeline.entries[read]
      if (entry?.type === 'connection-accepted') connections.set(entry.connection, entry.from)
      if (entry?.type !== 'session-opened' || !entry.ofDeviceUnderTest) continue
      const from = connections.get(entry.connection)
      if (from !== undefined) hosts.add(plainAddress(from.address))
    }
    return hosts.has(plainAddress(address))
  }
}
