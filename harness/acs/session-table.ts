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
  begin(exchange: Exchange, cwmp: string, inform: InformContent): Session
  expectDevice(device: DeviceIdentity): void
  open(): Session[]
}

export function createSessionTable(options: {
  clock: Clock
  timeline: TimelineRecorder
  patience: Patience
  /** The ParameterKey of RPCs that name none. */
  parameterKey?: string
}): SessionTable {
  const byCookie = new Map<string, Session>()
  const lastByConnection = new WeakMap<Connection, Session>()
  const openSessions = new Map<Session, { address: string }>()
  let deviceUnderTest: string | undefined
  let count = 0

  const byCookieOf = (exchange: Exchange) => {
    const cookies = readCookies(headerValues(exchange.headers, 'cookie'))
    return cookies
      .filter(([name]) => name === sessionCookie)
      .map(([, value]) => byCookie.get(value))
      .find(session => session !== undefined)
  }
  const lastOn = ({ connection }: Exchange) => lastByConnection.get(connection)
  const onUse = (connection: Connection, session: Session) => {
    const last = lastByConnection.get(connection)
    if (last === undefined || last.id < session.id) lastByConnection.set(connection, session)
  }
  const onlyOneFrom = (exchange: Exchange, fits: (session: Session) => boolean) => {
    const candidates = [...openSessions].filter(
      ([session, { address }]) => address === exchange.connection.remote.address && fits(session),
    )
    return candidates.length === 1 ? candidates[0]?.[0] : undefined
  }

  return {
    openSessionFor(exchange, inform) {
      const named = [byCookieOf(exchange), lastOn(exchange)].find(session => session?.isOpen)
      return named ?? onlyOneFrom(exchange, session => keyOf(session.inform.deviceId) === keyOf(inform.deviceId))
    },
    sessionOf: exchange => byCookieOf(exchange) ?? lastOn(exchange) ?? onlyOneFrom(exchange, session => session.isOpen),
    begin(exchange, cwmp, inform) {
      const key = keyOf(inform.deviceId)
      deviceUnderTest ??= key
      const ofDeviceUnderTest = key === deviceUnderTest
      const session = new Session({ id: ++count, cwmp, inform, ofDeviceUnderTest, onUse, ...options })
      byCookie.set(session.cookie, session)
      openSessions.set(session, { address: exchange.connection.remote.address })
      void session.ended.then(() => openSessions.delete(session))
      return session
    },
    expectDevice({ oui, serialNumber }) {
      deviceUnderTest = keyOf({ oui, serialNumber })
    },
    open: () => [...openSessions.keys()].filter(session => session.isOpen),
  }
}

/** The OUI's case is a matter of syntax, not of identity. */
const keyOf = ({ oui, serialNumber }: InformContent['deviceId']) => `${oui?.toUpperCase()} ${serialNumber}`
