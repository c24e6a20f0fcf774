import type { Entry } from './entry.ts'
import { type Timeline, timelineOf } from './timeline.ts'

/** Tells what other devices do at the ACS from what the device under test does. */
interface OtherDevices {
  /** Whether any was there at all. */
  readonly any: boolean
  /** Whether the entry is surely of another device. */
  has(entry: Entry): boolean
}

/** Entries of the ACS that name a connection; the numbers of other servers' connections are others. */
const acsEntries: readonly string[] = [
  'connection-accepted',
  'connection-closed',
  'http-received',
  'http-refused',
  'http-sent',
] satisfies Entry['type'][]

interface AcsConnection {
  address: string
  carried: 'nothing' | 'device-under-test' | 'another'
}

const known = new WeakMap<readonly Entry[], { devices: OtherDevices; readOn: () => void }>()

/**
 * Another device is one that names itself otherwise in its Inform (its sessions, and connections that carried no
 * other), or that connects from where the device under test never called and gives no name.
 * @param entries the run from its first entry; what was learnt of a list is kept, and read on from there
 */
export function otherDevices(entries: readonly Entry[]): OtherDevices {
  const found = known.get(entries) ?? follow(entries)
  known.set(entries, found)
  found.readOn()
  return found.devices
}

/** The stretch without what other devices did. @param entries the run that it is a part of */
export function withoutOtherDevices(stretch: readonly Entry[], entries: readonly Entry[]): Timeline {
  const others = otherDevices(entries)
  return timelineOf(others.any ? stretch.filter(entry => !others.has(entry)) : stretch)
}

function follow(entries: readonly Entry[]) {
  const connections = new Map<number, AcsConnection>()
  const ownAddresses = new Set<string>()
  const otherSessions = new Set<number>()
  const ownSessions = new Set<number>()
  let read = 0

  const carries = (connection: number, session: number) => {
    const carrier = connections.get(connection)
    if (carrier === undefined) return
    if (ownSessions.has(session)) {
      carrier.carried = 'device-under-test'
      ownAddresses.add(carrier.address)
    } else if (otherSessions.has(session) && carrier.carried === 'nothing') carrier.carried = 'another'
  }

  const isOfOther = ({ address, carried }: AcsConnection) =>
    carried === 'another' || (carried === 'nothing' && ownAddresses.size > 0 && !ownAddresses.has(address))

  const readOn = () => {
    for (; read < entries.length; read++) {
      const entry = entries[read] as Entry
      if (entry.type === 'connection-accepted')
        connections.set(entry.connection, { address: entry.from.address, carried: 'nothing' })
      else if (entry.type === 'session-opened') {
        ;(entry.ofDeviceUnderTest ? ownSessions : otherSessions).add(entry.session)
        carries(entry.connection, entry.session)
      } else if (entry.type === 'http-sent' && entry.session !== undefined) carries(entry.connection, entry.session)
    }
  }

  const devices: OtherDevices = {
    get any() {
      return otherSessions.size > 0 || [...connections.values()].some(isOfOther)
    },
    has(entry) {
      if ('session' in entry && entry.session !== undefined && otherSessions.has(entry.session)) return true
      if (!('connection' in entry) || !acsEntries.includes(entry.type)) return false
      const connection = connections.get(entry.connection)
      return connection !== undefined && isOfOther(connection)
    },
  }
  return { devices, readOn }
}
