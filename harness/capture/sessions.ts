import type { Milliseconds } from '../clock/clock.ts'
import { acsMethods } from '../cwmp/acs-response.ts'
import type { Envelope } from '../cwmp/envelope.ts'
import { readFault } from '../cwmp/fault.ts'
import { readInform } from '../cwmp/inform.ts'
import type { InformContent, NewEntry, SyntaxProblem } from '../timeline/entry.ts'
import type { CapturedConnection, Side } from './connection.ts'
import { cookiesOf, cookiesSetBy } from './cookies.ts'
import { argumentsOf, asksToHold, type CwmpMessage } from './cwmp-message.ts'
import { authenticationOf } from './device-authentication.ts'
import type { Draft, Drafts } from './draft.ts'
import { readRpcAnswer } from './rpc-answer.ts'
import { deadlineOf, deviceOf, type Ending, isSameAttempt, type Session, type Turn } from './session-state.ts'
import { headerValues, type HttpExchange } from './http-exchange.ts'
import { copied } from './copied.ts'

/** Follows the sessions of all devices of a capture and writes them down as an ACS would have. TR-069 3.7.1 */
export interface CapturedSessions {
  /** A complete request of a device. */
  request(exchange: HttpExchange, connection: CapturedConnection, message: CwmpMessage): void
  /** The answer of the ACS is complete; `write` writes the answer itself down, in its place. */
  answer(exchange: HttpExchange, connection: CapturedConnection, message: CwmpMessage, write: WriteAnswer): void
  closed(connection: CapturedConnection, by: Side, at: Milliseconds): void
  /** So late is it: sessions that have been silent for too long are over. */
  advance(now: Milliseconds): void
  /** The capture ends. */
  end(at: Milliseconds): void
}

/** @param session the number of the session that the answer belongs to */
type WriteAnswer = (session: number | undefined) => void

/** Sessions that are followed at a time. */
const mostOpen = 1000

export function createCapturedSessions(drafts: Drafts): CapturedSessions {
  let count = 0
  let rpcs = 0
  const open = new Set<Session>()
  const byCookie = new Map<string, Session>()
  const lastOn = new Map<CapturedConnection, Session>()
  const waitsFor = new WeakMap<HttpExchange, Session>()
  const informs = new WeakMap<Envelope, { inform: InformContent; problems: SyntaxProblem[] }>()
  let nextDeadline = Infinity

  const note = (connection: CapturedConnection, entry: NewEntry, at: Milliseconds): Draft | undefined => {
    const draft = drafts.make(entry, at)
    if (draft !== undefined) connection.acsDrafts.push(draft)
    return draft
  }

  const end = (session: Session, how: Ending, at: Milliseconds, reason?: string) => {
    if (!session.open) return
    session.open = false
    open.delete(session)
    delete session.pending
    for (const cookie of session.cookies) if (byCookie.get(cookie) === session) byCookie.delete(cookie)
    const why = reason === undefined ? {} : { reason }
    note(session.last, { type: 'session-ended', session: session.id, how, ...why }, at)
  }

  const heard = (session: Session, at: Milliseconds) => {
    session.heardAt = at
    nextDeadline = Math.min(nextDeadline, deadlineOf(session))
  }

  const byCookies = (exchange: HttpExchange) =>
    cookiesOf(exchange.headers)
      .map(cookie => byCookie.get(cookie))
      .find(session => session !== undefined)

  const onlyOne = (connection: CapturedConnection, fits: (session: Session) => boolean): Session | undefined => {
    let found: Session | undefined
    for (const session of open) {
      if (session.address !== connection.from.address || !fits(session)) continue
      if (found !== undefined) return undefined
      found = session
    }
    return found
  }

  const sessionOf = (exchange: HttpExchange, connection: CapturedConnection) =>
    byCookies(exchange) ?? lastOn.get(connection) ?? onlyOne(connection, () => true)

  /** One that came again is the same object, which saves half of the memory. */
  const informOf = (envelope: Envelope) => {
    const known = informs.get(envelope)
    if (known !== undefined) return known
    const { inform, problems } = readInform(envelope.message)
    const read = copied({ inform, problems: [...envelope.problems, ...problems] })
    informs.set(envelope, read)
    return read
  }

  const begin = (session: Session, exchange: HttpExchange, connection: CapturedConnection, turn: Turn) => {
    session.pending = { exchange, connection, turn }
    waitsFor.set(exchange, session)
    session.connections.add(connection)
    session.last = connection
    connection.device ??= session.device
    const last = lastOn.get(connection)
    if (last === undefined || last.id < session.id) lastOn.set(connection, session)
    heard(session, exchange.lastByteAt)
  }

  const sessionFor = (exchange: HttpExchange, connection: CapturedConnection, envelope: Envelope): Session => {
    const { inform, problems } = informOf(envelope)
    const device = deviceOf(inform)
    const at = exchange.lastByteAt
    const named = [byCookies(exchange), lastOn.get(connection)].find(session => session?.open)
    const found = named ?? onlyOne(connection, session => session.device === device)
    if (found?.expects !== undefined && isSameAttempt(found.inform, inform)) {
      note(
        connection,
        {
          type: 'inform-repeated',
          ...{ session: found.id, connection: connection.number, exchange: exchange.number },
          ...{ why: found.expects, inform, cookies: cookiesOf(exchange.headers) },
        },
        at,
      )
      return found
    }
    const inside = found !== undefined && endForAnother(found, at) ? found.id : undefined
    const session: Session = {
      id: ++count,
      ...{ device, address: connection.from.address, cwmp: envelope.cwmp, inform },
      ...{ cookies: new Set<string>(), connections: new Set<CapturedConnection>(), last: connection },
      ...{ challenged: false, nothingMore: false, liftedHold: false, holding: false, heardAt: at, open: true },
    }
    const [oldest] = open
    if (open.size >= mostOpen && oldest !== undefined) end(oldest, 'stopped', at, 'Too many sessions are open at once.')
    open.add(session)
    const isFirst = connection.exchanges[0] === exchange && connection.beginSeen
    note(
      connection,
      {
        type: 'session-opened',
        ...{ session: session.id, connection: connection.number, exchange: exchange.number },
        attemptAt: isFirst ? connection.begunAt : exchange.firstByteAt,
        attemptBasis: isFirst ? 'connection' : 'inform-first-byte',
        ...{ cwmp: envelope.cwmp, inform, problems, ofDeviceUnderTest: true },
        ...(inside === undefined ? {} : { insideSession: inside }),
      },
      at,
    )
    return session
  }

  /** @returns whether the session was going on */
  const endForAnother = (session: Session, at: Milliseconds): boolean => {
    const left = session.connections.size === 0
    if (session.expects === 'authentication')
      end(session, 'not-authenticated', at, 'The device began anew without credentials.')
    else if (left) end(session, 'broken-off-by-device', at, 'The device had left it and began another.')
    else end(session, 'superseded', at, 'The device began another session.')
    return !left
  }

  const rpcAnswered = (
    session: Session,
    exchange: HttpExchange,
    connection: CapturedConnection,
    envelope: Envelope,
  ) => {
    const { id: number, outstanding: rpc } = session
    delete session.outstanding
    if (rpc === undefined) return
    const entry = { type: 'rpc-answered' as const, session: number, exchange: exchange.number, ...rpc }
    note(connection, { ...entry, ...readRpcAnswer(rpc, envelope) }, exchange.lastByteAt)
  }

  const request: CapturedSessions['request'] = (exchange, connection, message) => {
    const at = exchange.lastByteAt
    if (message.kind === 'envelope' && message.envelope.method === 'Inform')
      return begin(sessionFor(exchange, connection, message.envelope), exchange, connection, 'inform')
    const session = sessionOf(exchange, connection)
    if (session === undefined) return
    const place = { session: session.id, connection: connection.number, exchange: exchange.number }
    if (message.kind === 'empty') note(connection, { type: 'empty-post', ...place }, at)
    if (!session.open) return
    if (message.kind === 'unreadable') {
      note(
        connection,
        { type: 'http-refused', connection: connection.number, reason: message.problem, raw: exchange.raw },
        at,
      )
      return begin(session, exchange, connection, 'request')
    }
    if (message.kind === 'empty') {
      delete session.outstanding
      return begin(session, exchange, connection, 'empty')
    }
    const { envelope } = message
    if (envelope.method === 'Fault' || envelope.method.endsWith('Response')) {
      begin(session, exchange, connection, 'response')
      return rpcAnswered(session, exchange, connection, envelope)
    }
    begin(session, exchange, connection, 'request')
    const known = acsMethods.includes(envelope.method)
    const { id: number, holding: holdRequests } = session
    const what = { exchange: exchange.number, method: copied(envelope.method), known, holdRequests }
    note(connection, { type: 'device-rpc', session: number, ...what }, at)
  }

  const noteAuthentication = (session: Session, exchange: HttpExchange, connection: CapturedConnection) => {
    const refused = exchange.answer?.response.status === 401
    const authentication = authenticationOf(exchange.headers, refused ? 'refused' : 'let in')
    session.challenged ||= refused
    if (authentication.scheme === 'none' && !refused) return
    const place = { session: session.id, exchange: exchange.number }
    note(
      connection,
      { type: 'device-authenticated', ...place, authentication },
      exchange.answer?.at ?? exchange.lastByteAt,
    )
  }

  const answer: CapturedSessions['answer'] = (exchange, connection, message, write) => {
    const session = waitsFor.get(exchange)
    const { status = 0, headers = [] } = exchange.answer?.response ?? {}
    const at = exchange.answer?.at ?? exchange.lastByteAt
    if (session?.pending?.exchange !== exchange) return write(undefined)
    const { turn } = session.pending
    delete session.pending
    heard(session, at)
    for (const cookie of cookiesSetBy(headers)) {
      session.cookies.add(cookie)
      byCookie.set(cookie, session)
    }
    noteAuthentication(session, exchange, connection)
    const writeIt = () => write(session.id)
    if (status === 401) {
      session.expects = 'authentication'
      return writeIt()
    }
    if (status >= 300 && status < 400 && headerValues(headers, 'location').length > 0) {
      if (turn === 'inform') session.expects = 'redirect'
      return writeIt()
    }
    if (turn === 'inform') {
      writeIt()
      return informAnswered(session, exchange, message)
    }
    delete session.expects
    if (status !== 200 && status !== 204) {
      writeIt()
      return end(session, 'failed-by-acs', at, `Answered with ${status}.`)
    }
    if (message.kind === 'envelope') {
      session.holding = asksToHold(message.envelope)
      if (turn !== 'request' && message.envelope.method !== 'Fault')
        rpcSent(session, exchange, connection, message.envelope)
      return writeIt()
    }
    writeIt()
    if (turn === 'request' || message.kind === 'unreadable') return
    session.liftedHold = session.holding
    session.holding = false
    session.nothingMore = true
    if (!session.liftedHold) end(session, 'completed', at)
  }

  const informAnswered = (session: Session, exchange: HttpExchange, message: CwmpMessage) => {
    const { at = exchange.lastByteAt, response } = exchange.answer ?? {}
    const status = response?.status ?? 0
    delete session.expects
    if (status !== 200 || message.kind !== 'envelope')
      return end(session, 'failed-by-acs', at, `The Inform was answered with ${status}.`)
    if (message.envelope.method === 'Fault') {
      const { code } = readFault(message.envelope.message)
      if (code === '8005') session.expects = 'retry-request'
      else end(session, 'failed-by-acs', at, `The Inform was answered with fault ${code}.`)
      return
    }
    session.holding = asksToHold(message.envelope)
    note(session.last, { type: 'inform-answered', session: session.id, exchange: exchange.number }, at)
  }

  const rpcSent = (session: Session, exchange: HttpExchange, connection: CapturedConnection, envelope: Envelope) => {
    const id = copied(envelope.id ?? `unnamed-${++rpcs}`)
    const method = copied(envelope.method)
    session.outstanding = { id, method }
    const place = { session: session.id, exchange: exchange.number }
    const what = copied(argumentsOf(envelope))
    note(connection, { type: 'rpc-sent', ...place, id, method, ...what }, exchange.answer?.at ?? exchange.lastByteAt)
  }

  const closed: CapturedSessions['closed'] = (connection, by, at) => {
    lastOn.delete(connection)
    for (const session of open) {
      if (!session.connections.delete(connection)) continue
      const waited = session.pending?.connection === connection
      if (waited) delete session.pending
      heard(session, at)
      const goesOn = session.liftedHold && by === 'server'
      if (session.nothingMore && !waited && !goesOn) end(session, 'completed', at)
      else if (waited && by === 'client')
        end(session, 'broken-off-by-device', at, 'It closed the connection on which it waited for an answer.')
      else if (waited) end(session, 'failed-by-acs', at, 'The connection was closed by the ACS.')
    }
  }

  const advance = (now: Milliseconds) => {
    if (now < nextDeadline) return
    for (const session of open) {
      const deadline = deadlineOf(session)
      if (deadline <= now) endAsSilent(session, deadline)
    }
    nextDeadline = Math.min(Infinity, ...[...open].map(deadlineOf))
  }

  const endAsSilent = (session: Session, at: Milliseconds) => {
    const reason = `Nothing came from it for ${(at - session.heardAt) / 1000} s.`
    if (session.nothingMore) end(session, 'completed', at)
    else if (session.expects === 'authentication') end(session, 'not-authenticated', at, reason)
    else end(session, session.connections.size > 0 ? 'timed-out' : 'broken-off-by-device', at, reason)
  }

  return {
    request,
    answer,
    closed,
    advance,
    end(at) {
      advance(at)
      for (const session of open)
        end(
          session,
          session.nothingMore ? 'completed' : 'stopped',
          at,
          session.nothingMore ? undefined : 'The capture ends here.',
        )
    },
  }
}
