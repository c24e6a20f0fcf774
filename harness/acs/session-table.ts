import type { Connection } from './connection.ts'
import type { Clock } from '../clock/clock.ts'
import type { InformContent } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import { readCookies, sessionCookie } from './cookie.ts'
import { type Exchange, headerValues } from './exchange.ts'
import { type Patience, Session } from './session.ts'

/** What tells one device from another. */
export interface DeviceIdentity {
  oui: string
  serialNumber: string
}

/** Knows all sessions, and which of them a request belongs to. */
export interface SessionTable {
  /** The open session that an Inform interrupts or continues. */
  openSessionFor(exchange: Exchange, inform: InformContent): Session | undefined
  /** The session that any other request belongs to: also one that is over, when the device still names it. */
  sessionOf(exchange: Exchange): Session | undefined
  begin(cwmp: string, inform: InformContent): Session
  expectDevice(device: DeviceIdentity): void
  open(): Session[]
  /** Whether the device under test has called, and never from that address. */
  isForeign(address: string): boolean
}

/** Sessions that are over and yet known by their cookies. */
const mostRemembered = 500
/** Open sessions of other devices: they may be as many as whoever calls likes to begin. */
const mostOfOthers = 50

export function createSessionTable(options: {
  clock: Clock
  timeline: TimelineRecorder
  patience: Patience
  /** The ParameterKey of RPCs that name none. */
  parameterKey?: string
}): SessionTable {
  const byCookie = new Map<string, Session>()
  const lastByConnection = new WeakMap<Connection, Session>()
  const addresses = new WeakMap<Session, string>()
  const openSessions = new Set<Session>()
  const over: Session[] = []
  const ownAddresses = new Set<string>()
  let deviceUnderTest: string | undefined
  let count = 0

  const addressOf = ({ connection }: Exchange) => connection.remote.address
  const lastOn = ({ connection }: Exchange) => lastByConnection.get(connection)
  const onUse = (connection: Connection, session: Session) => {
    const last = lastByConnection.get(connection)
    if (last === undefined || last.id < session.id) lastByConnection.set(connection, session)
    addresses.set(session, connection.remote.address)
    if (session.ofDeviceUnderTest) ownAddresses.add(connection.remote.address)
  }

  /** A cookie tells the session, but not where another device shows it or where the session's own connection stands. */
  const isBelieved = (session: Session, exchange: Exchange) => {
    const last = lastOn(exchange)
    if (last !== undefined && last.device !== session.device) return false
    return addresses.get(session) === addressOf(exchange) || (session.isOpen && !session.isConnected)
  }
  const byCookieOf = (exchange: Exchange) => {
    const cookies = readCookies(headerValues(exchange.headers, 'cookie'))
    return cookies
      .filter(([name]) => name === sessionCookie)
      .map(([, value]) => byCookie.get(value))
      .find(session => session !== undefined && isBelieved(session, exchange))
  }
  const onlyOneFrom = (exchange: Exchange, fits: (session: Session) => boolean) => {
    const candidates = [...openSessions].filter(
      session => session.isOpen && addresses.get(session) === addressOf(exchange) && fits(session),
    )
    return candidates.length === 1 ? candidates[0] : undefined
  }
  const forget = (session: Session) => {
    openSessions.delete(session)
    over.push(session)
    if (over.length > mostRemembered) byCookie.delete(over.shift()?.cookie ?? '')
  }
  const makeRoom = () => {
    const others = [...openSessions].filter(session => session.isOpen && !session.ofDeviceUnderTest)
    if (others.length >= mostOfOthers) others[0]?.end('stopped', 'Other devices began too many sessions.')
  }

  return {
    openSessionFor(exchange, inform) {
      const device = keyOf(inform.deviceId)
      const named = byCookieOf(exchange)
      if (named?.isOpen && named.device === device) return named
      const last = lastOn(exchange)
      return last?.isOpen ? last : onlyOneFrom(exchange, session => session.device === device)
    },
    // A new connection without a cookie goes on with a session only where that has lost its own.
    sessionOf: exchange =>
      byCookieOf(exchange) ?? lastOn(exchange) ?? onlyOneFrom(exchange, session => !session.isConnected),
    begin(cwmp, inform) {
      const device = keyOf(inform.deviceId)
      deviceUnderTest ??= device
      const ofDeviceUnderTest = device === deviceUnderTest
      if (!ofDeviceUnderTest) makeRoom()
      const session = new Session({ id: ++count, cwmp, inform, device, ofDeviceUnderTest, onUse, ...options })
      byCookie.set(session.cookie, session)
      openSessions.add(session)
      void session.ended.then(() => forget(session))
      return session
    },
    expectDevice({ oui, serialNumber }) {
      deviceUnderTest = keyOf({ oui, serialNumber })
    },
    open: () => [...openSessions].filter(session => session.isOpen),
    isForeign: address => ownAddresses.size > 0 && !ownAddresses.has(address),
  }
}

/** The OUI's case is a matter of syntax, not of identity. */
const keyOf = ({ oui, serialNumber }: InformContent['deviceId']) => `${oui?.toUpperCase()} ${serialNumber}`
