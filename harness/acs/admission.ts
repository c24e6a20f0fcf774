import type { Clock } from '../clock/clock.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { Connection } from './connection.ts'

/** How many connections there may be. Limits of our own: a device needs one, or a few. */
export interface ConnectionLimits {
  /** Open at a time. */
  altogether: number
  fromOneAddress: number
  /**
   * In an hour from one address at which the device under test is not; from all such together five times as many, but
   * always a few from an address that has been quiet: the device may have got a new one.
   */
  ofOthers: number
}

export const connectionLimits: ConnectionLimits = { altogether: 1000, fromOneAddress: 100, ofOthers: 1000 }

/** The mark that connections of others were turned away without an entry of their own; its data counts them. */
export const connectionsTurnedAway = 'acs-connections-turned-away'

/** Decides whether a connection is accepted. */
export interface Admission {
  /** Makes room by closing an idle connection, where that is how a new one can be let in. */
  admits(address: string): boolean
  /** Writes down how many were turned away since it was last written. */
  close(): void
}

/**
 * @param options.isForeign whether the device under test is known, and never called from an address
 * @param options.isNeeded whether an open session of the device under test has the connection
 */
export function createAdmission(options: {
  clock: Clock
  timeline: TimelineRecorder
  connections: ReadonlySet<Connection>
  isForeign: (address: string) => boolean
  isNeeded: (connection: Connection) => boolean
  limits?: ConnectionLimits | undefined
}): Admission {
  const { clock, timeline, connections, isForeign, isNeeded, limits = connectionLimits } = options
  const allOthers = createAllowance(clock, othersTogether * limits.ofOthers)
  const others = new Map<string, Allowance>()
  const turnedAway = new Map<string, number>()
  let noted = 0

  const allowanceOf = (address: string): Allowance => {
    const known = others.get(address)
    if (known !== undefined) return known
    const [oldest] = others.keys()
    if (others.size >= mostOthersKnown && oldest !== undefined) others.delete(oldest)
    const allowance = createAllowance(clock, limits.ofOthers)
    others.set(address, allowance)
    return allowance
  }

  const isTooMuch = (address: string): boolean => {
    const allowance = allowanceOf(address)
    const isQuiet = allowance.used() < alwaysLetIn
    const isWithin = allOthers.take()
    return !allowance.take() || (!isWithin && !isQuiet)
  }

  const isIdle = (connection: Connection) => connection.requests.unanswered === 0 && !isNeeded(connection)

  const makeRoom = (candidates: readonly Connection[], why: string): boolean => {
    const oldest = candidates.find(isIdle)
    if (oldest === undefined) return false
    oldest.closedFor = why
    timeline.add({ type: 'http-refused', connection: oldest.number, reason: why, raw: { text: '', length: 0 } })
    oldest.destroy('close')
    return true
  }

  const turnAway = (address: string): false => {
    if (turnedAway.size < mostAddressesCounted || turnedAway.has(address))
      turnedAway.set(address, (turnedAway.get(address) ?? 0) + 1)
    noted++
    // At 1, 10, 100 ...: a flood shall not fill the timeline, and not go unseen either.
    if (/^10*$/.test(String(noted))) note()
    return false
  }

  const note = () =>
    timeline.add({
      type: 'mark',
      name: connectionsTurnedAway,
      data: { connections: noted, byAddress: Object.fromEntries(turnedAway) },
    })

  return {
    admits(address) {
      const foreign = isForeign(address)
      if (foreign && isTooMuch(address)) return turnAway(address)
      if (connections.size < Math.min(limits.fromOneAddress, limits.altogether)) return true
      const open = [...connections].filter(({ closed, closingByAcs }) => !closed && !closingByAcs)
      const there = open.filter(({ remote }) => remote.address === address)
      if (there.length >= limits.fromOneAddress) {
        const why = `${address} has ${there.length} connections open; its oldest idle one was closed.`
        return makeRoom(there, why) || turnAway(address)
      }
      if (open.length < limits.altogether) return true
      const foreigners = open.filter(({ remote }) => isForeign(remote.address))
      const why = `${open.length} connections are open; the oldest idle one was closed.`
      if (makeRoom(foreigners, why)) return true
      return (!foreign && makeRoom(open, why)) || turnAway(address)
    },
    close() {
      if (noted > 0 && !/^10*$/.test(String(noted))) note()
    },
  }
}

/** So much in an hour, all at once or spread; what was used comes back with time. */
interface Allowance {
  /** Whether one more is within it. */
  take(): boolean
  used(): number
}

function createAllowance(clock: Clock, anHour: number): Allowance {
  let level = 0
  let at = clock.now()
  const used = () => {
    const now = clock.now()
    level = Math.max(0, level - ((now - at) / hourMs) * anHour)
    at = now
    return level
  }
  return {
    used,
    take() {
      const isWithin = used() + 1 <= anHour
      if (isWithin) level++
      return isWithin
    },
  }
}

const hourMs = 3_600_000
const othersTogether = 5
/** Connections of an address that are let in whatever others do. */
const alwaysLetIn = 10
const mostOthersKnown = 10_000

/** An attacker can have any number of addresses. */
const mostAddressesCounted = 100
