import { randomUUID } from 'node:crypto'
import { type Clock, type Milliseconds, noLongerAwaited } from '../clock/clock.ts'
import type { Envelope } from '../cwmp/envelope.ts'
import type { RpcMethod, Rpcs } from '../cwmp/rpcs.ts'
import type { EntryOf, InformContent } from '../timeline/entry.ts'
import type { TimelineRecorder } from '../timeline/recorder.ts'
import type { Connection } from './connection.ts'
import { defer } from './deferred.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { BoundPlan } from './planned-sessions.ts'
import { type PendingRpc, createRpc } from './rpc-queue.ts'
import { type SessionHandle, SessionLost } from './session-plan.ts'

type Ending = EntryOf<'session-ended'>['how']

/** How long a device may be silent within a session. */
export interface Patience {
  /** Without any connection: after this it has broken the session off. */
  disconnectedMs: Milliseconds
  /** On an open connection, where it may be at work. */
  connectedMs: Milliseconds
}

export interface SessionOptions {
  id: number
  cwmp: string
  inform: InformContent
  /** The identity in its Inform. */
  device: string
  ofDeviceUnderTest: boolean
  clock: Clock
  timeline: TimelineRecorder
  patience: Patience
  /** The ParameterKey of RPCs that name none. */
  parameterKey?: string
  /** Called for each request of the session. */
  onUse?: (connection: Connection, session: Session) => void
}

/** A session from its first Inform to its end (TR-069 3.7.1). */
export class Session implements SessionHandle {
  readonly id: number
  readonly cwmp: string
  readonly inform: InformContent
  readonly device: string
  readonly ofDeviceUnderTest: boolean
  readonly cookie = randomUUID().replaceAll('-', '')
  /** Informs that were handed to the plan. */
  informs = 0
  plan: BoundPlan | undefined
  /** Why the same Inform is expected again. */
  expects: EntryOf<'inform-repeated'>['why'] | undefined
  /** Wrong or missing credentials so far. */
  refusals = 0

  readonly #clock: Clock
  readonly #timeline: TimelineRecorder
  readonly #patience: Patience
  readonly #connections = new Set<Connection>()
  readonly #everUsed = new WeakSet<Connection>()
  readonly #over = new AbortController()
  readonly #ended = defer<void>()
  readonly #calls: PendingRpc[] = []
  #outstanding: PendingRpc | undefined
  #pending: Exchange | undefined
  #waitsForWork = false
  #scriptRuns = false
  #nothingMore = false
  #liftedHold = false
  #rpcCount = 0
  #hold: boolean | undefined
  #holdSent: boolean | undefined
  #closeAfterNext = false
  #emptyStatus: 200 | 204 = 204
  #failNext: { status: number } | 'reset' | undefined
  /** When the session counts as broken off unless something comes before; not while the device waits for us. */
  #silentAt: Milliseconds | undefined
  /** The one timer that looks whether it is so late: what comes meanwhile only puts that off. */
  #silence: { wakesAt: Milliseconds; timer: AbortController } | undefined
  readonly #parameterKey: string
  readonly #onUse: (connection: Connection) => void

  constructor(options: SessionOptions) {
    this.id = options.id
    this.cwmp = options.cwmp
    this.inform = options.inform
    this.device = options.device
    this.ofDeviceUnderTest = options.ofDeviceUnderTest
    this.#clock = options.clock
    this.#timeline = options.timeline
    this.#patience = options.patience
    this.#parameterKey = options.parameterKey ?? ''
    this.#onUse = connection => options.onUse?.(connection, this)
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  get isOpen(): boolean {
    return !this.#over.signal.aborted
  }

  get signal(): AbortSignal {
    return this.#over.signal
  }

  get isConnected(): boolean {
    return this.#connections.size > 0
  }

  /** Whether a request of this session came over the connection. */
  hasUsed(connection: Connection): boolean {
    return this.#everUsed.has(connection)
  }

  /** Whether the device was last told to hold its requests. */
  get isHolding(): boolean {
    return this.#holdSent === true
  }

  async call<M extends RpcMethod>(method: M, args: Rpcs[M]['arguments']): Promise<Rpcs[M]['result']> {
    if (!this.isOpen) throw this.signal.reason
    const { rpc, result } = createRpc(`${this.id}-${++this.#rpcCount}`, method, this.#withParameterKey(method, args))
    this.#calls.push(rpc)
    this.#advance()
    return result
  }

  #withParameterKey<M extends RpcMethod>(method: M, args: Rpcs[M]['arguments']): Rpcs[M]['arguments'] {
    const takesOne = method === 'SetParameterValues' || method === 'AddObject' || method === 'DeleteObject'
    return takesOne ? { parameterKey: this.#parameterKey, ...args } : args
  }

  holdRequests(value: boolean): void {
    this.#hold = value
  }

  closeConnectionAfterNext(): void {
    this.#closeAfterNext = true
  }

  emptyAnswer(status: 200 | 204): void {
    this.#emptyStatus = status
  }

  failNext(answer: { status: number } | 'reset'): void {
    this.#failNext = answer
    this.#advance()
  }

  /** The device sent something that belongs to this session. */
  begin(exchange: Exchange): void {
    this.#silentAt = undefined
    // A device that posts again without waiting for its answer has given up the earlier POST.
    if (this.#pending && !this.#pending.over)
      this.#pending.answer({
        status: 204,
        session: this.id,
        because: 'the device sent another request of this session',
      })
    this.#pending = exchange
    this.#waitsForWork = false
    this.#connections.add(exchange.connection)
    this.#everUsed.add(exchange.connection)
    this.#onUse(exchange.connection)
  }

  /** Answers the POST that the device waits on. */
  answer(exchange: Exchange, answer: Answer): void {
    const connection = this.#closeAfterNext ? 'close' : (answer.connection ?? 'keep')
    this.#closeAfterNext = false
    if (this.#pending === exchange) this.#pending = undefined
    exchange.answer({ ...answer, connection, session: this.id })
    if (this.isOpen) this.#watchSilence()
  }

  /** The header of the next envelope: repeats `id`, and tells whether to hold requests. */
  header(id: string | undefined): { cwmp: string; id: string | undefined; holdRequests: boolean | undefined } {
    this.#holdSent = this.#hold
    return { cwmp: this.cwmp, id, holdRequests: this.#hold }
  }

  /** The InformResponse is out: from now on the plan's script has the word. */
  established(): void {
    this.expects = undefined
    if (this.plan === undefined) return
    this.#scriptRuns = true
    void this.plan.runScript(this).then(() => {
      this.#scriptRuns = false
      this.#advance()
    })
  }

  /** The device's answer to the RPC that is out; returns false when none is. */
  rpcAnswered(exchange: Exchange, envelope: Envelope): boolean {
    const rpc = this.#outstanding
    this.#outstanding = undefined
    if (rpc === undefined) return false
    this.#timeline.add({ type: 'rpc-answered', session: this.id, exchange: exchange.number, ...rpc.settle(envelope) })
    return true
  }

  /** The device has nothing more to say and waits for the ACS. */
  waitForWork(exchange: Exchange, options: { answered: boolean }): void {
    if (!options.answered && this.#outstanding) {
      const { method } = this.#outstanding
      this.#outstanding.reject(new SessionLost(`The device sent an empty POST instead of an answer to ${method}.`))
      this.#outstanding = undefined
    }
    this.#waitsForWork = this.#pending === exchange
    this.#advance()
  }

  /** A connection is gone; that is the end only if the device waited for an answer on it. */
  connectionClosed(connection: Connection): void {
    if (!this.#connections.delete(connection) || !this.isOpen) return
    const waited = this.#pending?.connection === connection
    if (waited) this.#pending = undefined
    // A device with a connection for each POST goes on with its own requests on the next one.
    const goesOn = this.#liftedHold && connection.closingByAcs
    if (this.#nothingMore && !waited && !goesOn) return this.end('completed')
    if (waited && !connection.closingByAcs)
      return this.end('broken-off-by-device', 'It closed the connection on which it waited for an answer.')
    if (!this.isConnected && this.#pending === undefined) this.#watchSilence()
  }

  /** Ends the session; only the first end counts. */
  end(how: Ending, reason?: string): void {
    if (!this.isOpen) return
    this.#silence?.timer.abort(noLongerAwaited)
    this.#timeline.add({ type: 'session-ended', session: this.id, how, ...(reason === undefined ? {} : { reason }) })
    const lost = new SessionLost(`Session ${this.id} is over (${how})${reason ? `: ${reason}` : '.'}`)
    this.#over.abort(lost)
    for (const rpc of [this.#outstanding, ...this.#calls]) rpc?.reject(lost)
    this.#outstanding = undefined
    this.#calls.length = 0
    const pending = this.#pending
    this.#pending = undefined
    if (how === 'superseded') pending?.answer({ status: 204, session: this.id, because: 'another session has begun' })
    this.#ended.resolve()
  }

  /** Gives the waiting device its next RPC, or the empty answer when there is none to come. */
  #advance(): void {
    const exchange = this.#pending
    if (!this.#waitsForWork || exchange === undefined || !this.isOpen) return
    if (this.#failNext) return this.#fail(exchange, this.#failNext)
    const rpc = this.#calls.shift()
    if (rpc) return this.#send(exchange, rpc)
    if (!this.#scriptRuns) this.#answerEmpty(exchange)
  }

  #fail(exchange: Exchange, how: { status: number } | 'reset'): void {
    this.#pending = undefined
    if (how === 'reset') exchange.connection.destroy('reset')
    else exchange.answer({ status: how.status, session: this.id, because: this.plan?.name })
    this.end('failed-by-acs', how === 'reset' ? 'The connection was reset.' : `Answered with ${how.status}.`)
  }

  #send(exchange: Exchange, rpc: PendingRpc): void {
    this.#waitsForWork = false
    this.#outstanding = rpc
    const { id, method, summary } = rpc
    this.#timeline.add({
      type: 'rpc-sent',
      session: this.id,
      exchange: exchange.number,
      id,
      method,
      summary,
      arguments: rpc.arguments,
    })
    this.answer(exchange, { status: 200, body: rpc.envelope(this.header(id)) })
  }

  /** Ends the session, unless requests were on hold: an empty answer lifts the hold (TR-069 3.7.1.4). */
  #answerEmpty(exchange: Exchange): void {
    this.#waitsForWork = false
    const wasHolding = this.isHolding
    this.#hold = undefined
    this.#holdSent = undefined
    this.#nothingMore = true
    this.#liftedHold = wasHolding
    this.answer(exchange, { status: this.#emptyStatus })
    if (!wasHolding) this.end('completed')
  }

  #watchSilence(): void {
    const patience = this.isConnected ? this.#patience.connectedMs : this.#patience.disconnectedMs
    this.#silentAt = this.#clock.now() + patience
    if (this.#silence === undefined || this.#silence.wakesAt > this.#silentAt) this.#awaitSilence(patience)
  }

  #awaitSilence(ms: Milliseconds): void {
    this.#silence?.timer.abort(noLongerAwaited)
    const timer = new AbortController()
    this.#silence = { wakesAt: this.#clock.now() + ms, timer }
    this.#clock.sleep(ms, timer.signal).then(
      () => this.#lookWhetherSilent(),
      () => undefined,
    )
  }

  #lookWhetherSilent(): void {
    this.#silence = undefined
    if (this.#silentAt === undefined) return
    const left = this.#silentAt - this.#clock.now()
    if (left > 0) this.#awaitSilence(left)
    else this.#endAsSilent(this.isConnected ? this.#patience.connectedMs : this.#patience.disconnectedMs)
  }

  #endAsSilent(ms: Milliseconds): void {
    const reason = `Nothing came from it for ${ms / 1000} s.`
    if (this.#nothingMore) this.end('completed')
    else if (this.expects === 'authentication') this.end('not-authenticated', reason)
    else this.end(this.isConnected ? 'timed-out' : 'broken-off-by-device', reason)
  }
}
