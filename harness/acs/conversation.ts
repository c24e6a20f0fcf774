import { buildAcsResponse } from '../cwmp/acs-response.ts'
import { type Envelope, readEnvelope } from '../cwmp/envelope.ts'
import { buildFault } from '../cwmp/fault.ts'
import { MalformedEnvelope } from '../cwmp/malformed-envelope.ts'
import { oldestCwmpNamespace } from '../cwmp/namespaces.ts'
import { bodyOf } from '../timeline/body.ts'
import { type Exchange, headerValues } from './exchange.ts'
import { type InformHandling, handleInform } from './inform-exchange.ts'
import type { Session } from './session.ts'

export interface ConversationOptions extends InformHandling {
  /** The path of the ACS URL. */
  path: string
  /** The ACS URL: where a Kicked device is sent. */
  url: () => string
  /** Statuses for other paths, for example of a file that is not there. */
  statusByPath: ReadonlyMap<string, number>
}

/** Answers one request of the device. */
export async function converse(exchange: Exchange, acs: ConversationOptions): Promise<void> {
  const status = acs.statusByPath.get(exchange.path)
  if (status !== undefined) return exchange.answer({ status, because: 'served so on this path' })
  if (exchange.path !== acs.path && !exchange.path.startsWith(`${acs.path}/`))
    return exchange.answer({ status: 404, because: `the ACS is at ${acs.path}` })
  if (exchange.method !== 'POST')
    return exchange.answer({ status: 405, headers: [['Allow', 'POST']], because: 'CWMP uses POST only' })
  if (isBlank(exchange.body)) return handleEmptyPost(exchange, acs)

  const envelope = readOrRefuse(exchange, acs)
  if (envelope === undefined) return
  if (envelope.method === 'Inform') return handleInform(exchange, envelope, acs)
  if (envelope.method === 'Fault' || envelope.method.endsWith('Response'))
    return handleResponse(exchange, envelope, acs)
  handleDeviceRequest(exchange, envelope, acs)
}

/** The whole body stands in its `http-received`. */
const keptOfRefused = 4096

function readOrRefuse(exchange: Exchange, acs: ConversationOptions): Envelope | undefined {
  try {
    return readEnvelope(exchange.body)
  } catch (error) {
    if (!(error instanceof MalformedEnvelope)) throw error
    const session = acs.sessions.sessionOf(exchange)
    const { number } = exchange.connection
    acs.timeline.add({
      type: 'http-refused',
      connection: number,
      reason: error.message,
      raw: bodyOf(exchange.body.subarray(0, keptOfRefused)),
    })
    const body = buildFault({ cwmp: session?.cwmp ?? oldestCwmpNamespace, code: 8003 })
    const answer = { status: 500, body, because: error.message }
    if (session?.isOpen) {
      session.begin(exchange)
      session.answer(exchange, answer)
      session.end('failed-by-acs', error.message)
    } else exchange.answer(answer)
    return undefined
  }
}

function handleEmptyPost(exchange: Exchange, acs: ConversationOptions): void {
  const session = acs.sessions.sessionOf(exchange)
  if (session === undefined) return challengeOrDismiss(exchange, acs)
  const { number, connection } = exchange
  acs.timeline.add({ type: 'empty-post', session: session.id, connection: connection.number, exchange: number })
  if (!session.isOpen) return dismiss(exchange)
  session.begin(exchange)
  noteCredentials(exchange, session, acs)
  if (session.expects === 'authentication') return challengeAgain(exchange, session, acs)
  if (session.expects !== undefined) {
    session.answer(exchange, { status: 204, because: 'the Inform was expected again' })
    return session.end('failed-by-acs', 'The device went on although its Inform had not been accepted.')
  }
  session.waitForWork(exchange, { answered: false })
}

function handleResponse(exchange: Exchange, envelope: Envelope, acs: ConversationOptions): void {
  const session = acs.sessions.sessionOf(exchange)
  if (!session?.isOpen) return dismiss(exchange)
  session.begin(exchange)
  noteCredentials(exchange, session, acs)
  const answered = session.rpcAnswered(exchange, envelope)
  session.waitForWork(exchange, { answered })
}

function handleDeviceRequest(exchange: Exchange, envelope: Envelope, acs: ConversationOptions): void {
  const session = acs.sessions.sessionOf(exchange)
  if (!session?.isOpen) {
    const body = buildFault({ cwmp: envelope.cwmp, id: envelope.id, code: 8003 })
    return exchange.answer({ status: 200, body, because: 'there is no session' })
  }
  session.begin(exchange)
  noteCredentials(exchange, session, acs)
  const holdRequests = session.isHolding
  const response = buildAcsResponse(envelope.method, session.header(envelope.id), acs.url())
  acs.timeline.add({
    type: 'device-rpc',
    session: session.id,
    exchange: exchange.number,
    method: envelope.method,
    known: response !== undefined,
    holdRequests,
  })
  const body = response ?? buildFault({ cwmp: session.cwmp, id: envelope.id, code: 8000 })
  session.answer(exchange, { status: 200, body })
}

/** Within a session credentials are not asked for again, but those that come are noted. */
function noteCredentials(exchange: Exchange, session: Session, { authenticator, timeline }: ConversationOptions): void {
  const [authorization] = headerValues(exchange.headers, 'authorization')
  const judge = authenticator()
  if (!judge.demanded || authorization === undefined) return
  const { authentication } = judge.check(authorization, exchange.method)
  timeline.add({ type: 'device-authenticated', session: session.id, exchange: exchange.number, authentication })
}

function challengeAgain(exchange: Exchange, session: Session, { authenticator }: ConversationOptions): void {
  const { challenge } = authenticator().check(undefined, exchange.method)
  if (challenge) return session.answer(exchange, { status: 401, headers: [['WWW-Authenticate', challenge]] })
  session.waitForWork(exchange, { answered: false })
}

/** Some devices fetch their challenge by an empty POST before any Inform. */
function challengeOrDismiss(exchange: Exchange, { authenticator }: ConversationOptions): void {
  const [authorization] = headerValues(exchange.headers, 'authorization')
  const { challenge } = authenticator().check(authorization, exchange.method)
  if (challenge === undefined) return dismiss(exchange)
  exchange.answer({ status: 401, headers: [['WWW-Authenticate', challenge]] })
}

const dismiss = (exchange: Exchange) => exchange.answer({ status: 204, because: 'there is no session' })

const isBlank = (body: Uint8Array) => body.length < 16 && Buffer.from(body).toString('latin1').trim() === ''
