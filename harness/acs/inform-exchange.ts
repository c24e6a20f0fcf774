import type { Clock } from '../clock/clock.ts'
import type { Envelope } from '../cwmp/envelope.ts'
import { buildFault } from '../cwmp/fault.ts'
import { readInform } from '../cwmp/inform.ts'
import { buildInformResponse } from '../cwmp/acs-response.ts'
import type { HeaderList, InformContent } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { Authenticator } from './authentication.ts'
import { readCookies, setSessionCookie } from './cookie.ts'
import { type Exchange, headerValues } from './exchange.ts'
import type { PlanQueue } from './planned-sessions.ts'
import type { InformAnswer, RespondOptions } from './session-plan.ts'
import type { Session } from './session.ts'
import type { SessionTable } from './session-table.ts'

/** Challenges given to a device that answers each of them in another way than asked. */
const mostRefusals = 3

export interface InformHandling {
  clock: Clock
  timeline: TimelineRecorder
  sessions: SessionTable
  plans: PlanQueue
  authenticator: () => Authenticator
}

/** Opens a session by an Inform, or goes on with the one that expects it again, and answers as planned. */
export async function handleInform(exchange: Exchange, envelope: Envelope, acs: InformHandling): Promise<void> {
  const session = sessionFor(exchange, envelope, acs)
  session.begin(exchange)
  if (!authenticate(exchange, session, acs)) return
  session.expects = undefined
  session.plan ??= acs.plans.bind(session, session.ofDeviceUnderTest)
  const answer = (await session.plan?.answerInform(session, session.informs++)) ?? 'respond'
  if (session.isOpen) await carryOut(answer, exchange, envelope, session, acs)
}

function sessionFor(exchange: Exchange, envelope: Envelope, { sessions, timeline }: InformHandling): Session {
  const { inform, problems } = readInform(envelope.message)
  const { number, connection } = exchange
  const found = sessions.openSessionFor(exchange, inform)
  if (found?.expects && isSameAttempt(found.inform, inform)) {
    timeline.add({
      type: 'inform-repeated',
      session: found.id,
      connection: connection.number,
      exchange: number,
      why: found.expects,
      inform,
      cookies: readCookies(headerValues(exchange.headers, 'cookie')).map(([name, value]) => `${name}=${value}`),
    })
    return found
  }
  const inside = found && endForAnother(found, inform) ? found.id : undefined
  const session = sessions.begin(envelope.cwmp, inform)
  timeline.add({
    type: 'session-opened',
    session: session.id,
    connection: connection.number,
    exchange: number,
    ...attemptOf(exchange),
    cwmp: envelope.cwmp,
    inform,
    problems: [...envelope.problems, ...problems],
    ofDeviceUnderTest: session.ofDeviceUnderTest,
    ...(inside === undefined ? {} : { insideSession: inside }),
  })
  return session
}

/** The attempt is the connection, or the Inform itself on a connection that had been used before. */
function attemptOf({ connection, firstByteAt, firstOnConnection }: Exchange) {
  return !firstOnConnection
    ? ({ attemptAt: firstByteAt, attemptBasis: 'inform-first-byte' } as const)
    : ({ attemptAt: connection.acceptedAt, attemptBasis: 'connection' } as const)
}

/** A later attempt has another RetryCount or other events; CurrentTime and values may change within one. */
function isSameAttempt(first: InformContent, again: InformContent): boolean {
  const essence = ({ deviceId, events, retryCount }: InformContent) => JSON.stringify([deviceId, events, retryCount])
  return essence(first) === essence(again)
}

/** Returns whether the session was going on. One without a connection had been left by the device. */
function endForAnother(session: Session, { deviceId }: InformContent): boolean {
  const left = !session.isConnected
  if (session.expects === 'authentication')
    session.end('not-authenticated', 'The device began anew without credentials.')
  else if (left) session.end('broken-off-by-device', 'The device had left it and began another.')
  else if (isOtherDevice(session.inform, deviceId))
    session.end('superseded', `The device ${deviceId.oui}-${deviceId.serialNumber} began a session on its connection.`)
  else session.end('superseded', 'The device began another session.')
  return !left
}

/** Whether an Inform has another identity than the one before. */
const isOtherDevice = ({ deviceId: first }: InformContent, again: InformContent['deviceId']) =>
  first.serialNumber !== again.serialNumber || first.oui?.toUpperCase() !== again.oui?.toUpperCase()

function authenticate(exchange: Exchange, session: Session, { authenticator, timeline }: InformHandling): boolean {
  const judge = authenticator()
  if (!judge.demanded) return true
  const { authentication, challenge, wrong } = judge.check(
    headerValues(exchange.headers, 'authorization')[0],
    exchange.method,
  )
  timeline.add({ type: 'device-authenticated', session: session.id, exchange: exchange.number, authentication })
  if (challenge === undefined) return true
  session.refusals++
  session.expects = 'authentication'
  session.answer(exchange, { status: 401, headers: [['WWW-Authenticate', challenge], cookieOf(session)] })
  if (wrong || session.refusals > mostRefusals) session.end('not-authenticated', authentication.problem)
  return false
}

async function carryOut(
  answer: InformAnswer,
  exchange: Exchange,
  envelope: Envelope,
  session: Session,
  acs: InformHandling,
): Promise<void> {
  const because = session.plan?.name
  if (answer === 'respond') return respond(exchange, envelope, session, acs)
  if (answer === 'reset') {
    session.end('failed-by-acs', 'The connection was reset.')
    return exchange.connection.destroy('reset')
  }
  if ('respond' in answer) return respond(exchange, envelope, session, acs, answer.respond)
  if ('respondAfterMs' in answer) {
    if (await waited(answer.respondAfterMs, session, acs)) respond(exchange, envelope, session, acs)
    return
  }
  if ('silentMs' in answer) {
    if (!(await waited(answer.silentMs, session, acs))) return
    session.end('failed-by-acs', `The Inform was not answered for ${answer.silentMs / 1000} s.`)
    return exchange.connection.destroy('close')
  }
  if ('redirect' in answer) {
    session.expects = 'redirect'
    const headers: HeaderList = [['Location', answer.redirect], cookieOf(session)]
    return session.answer(exchange, { status: answer.status, headers, because })
  }
  if ('fault' in answer) {
    const body = buildFault({ cwmp: session.cwmp, id: envelope.id, code: answer.fault })
    if (answer.fault === 8005) session.expects = 'retry-request'
    session.answer(exchange, { status: 200, body, because, headers: [cookieOf(session)] })
    if (answer.fault !== 8005) session.end('failed-by-acs', `The Inform was answered with fault ${answer.fault}.`)
    return
  }
  session.answer(exchange, { status: answer.status, because })
  session.end('failed-by-acs', `The Inform was answered with ${answer.status}.`)
}

function respond(
  exchange: Exchange,
  envelope: Envelope,
  session: Session,
  { timeline }: InformHandling,
  options: RespondOptions = {},
): void {
  if (options.holdRequests !== undefined) session.holdRequests(options.holdRequests)
  if (options.closeConnection) session.closeConnectionAfterNext()
  const more = (options.setCookie ?? []).map((value): [string, string] => ['Set-Cookie', value])
  session.answer(exchange, {
    status: 200,
    headers: [cookieOf(session), ...more],
    body: buildInformResponse(session.header(envelope.id)),
  })
  timeline.add({ type: 'inform-answered', session: session.id, exchange: exchange.number })
  session.established()
}

/** Whether the session was still open after the wait. */
async function waited(ms: number, session: Session, { clock }: InformHandling): Promise<boolean> {
  await clock.sleep(ms, session.signal).catch(() => undefined)
  return session.isOpen
}

const cookieOf = (session: Session): [string, string] => ['Set-Cookie', setSessionCookie(session.cookie)]
