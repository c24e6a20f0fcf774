import type { EntryOf } from '../timeline/entry.ts'
import { sameEndpoint } from '../stun-server/endpoint.ts'
import type { Endpoint } from '../timeline/entry.ts'
import type { CapturedConnection } from './connection.ts'

/** A device that opened sessions in a capture. */
export interface CapturedDevice {
  /** OUI and serial number. */
  name: string
  sessions: number
  /** From where it called, as the capture shows it. */
  addresses: Set<string>
  /** Where it called its ACS. */
  acs: Endpoint[]
  /** Every ConnectionRequestURL that its Informs told. */
  urls: Set<string>
}

const mostUrls = 1000

/** The devices that opened sessions, the one with most of them first. */
export function devicesIn(
  connections: readonly CapturedConnection[],
  isAcs: (endpoint: Endpoint) => boolean,
): CapturedDevice[] {
  const devices = new Map<string, CapturedDevice>()
  for (const connection of connections) {
    const { device: name, from, to, acsDrafts } = connection
    if (name === undefined || !isAcs(to)) continue
    const device = devices.get(name) ?? { name, sessions: 0, addresses: new Set(), acs: [], urls: new Set() }
    devices.set(name, device)
    device.addresses.add(from.address)
    if (!device.acs.some(known => sameEndpoint(known, to))) device.acs.push(to)
    for (const { entry } of acsDrafts) {
      if (entry.type === 'session-opened') device.sessions++
      if (entry.type === 'session-opened' || entry.type === 'inform-repeated') learnUrls(device, entry.inform)
    }
  }
  return [...devices.values()].sort((a, b) => b.sessions - a.sessions)
}

function learnUrls({ urls }: CapturedDevice, { parameters }: EntryOf<'session-opened'>['inform']): void {
  for (const { name, value } of parameters)
    if (name.endsWith('.ManagementServer.ConnectionRequestURL') && urls.size < mostUrls) urls.add(value)
}
