import type { AcsFaultCode } from '../cwmp/fault.ts'
import type { RpcSession } from '../cwmp/rpcs.ts'
import type { Milliseconds } from '../clock/clock.ts'
import type { InformContent } from '../timeline/entry.ts'

/** What the ACS does with the Inform of a session. */
export type InformAnswer =
  | 'respond'
  /** A TCP RST instead of an answer. */
  | 'reset'
  /** An HTTP status without a body; the session has failed. */
  | { status: number }
  /** A SOAP fault; only after 8005 does the session go on, with the same Inform again (TR-069 3.7.1.6). */
  | { fault: AcsFaultCode }
  | { redirect: string; status: 302 | 307 }
  | { respondAfterMs: Milliseconds }
  /** No answer for so long, then the connection is closed. */
  | { silentMs: Milliseconds }
  | { respond: RespondOptions }

export interface RespondOptions {
  holdRequests?: boolean
  /** Set-Cookie values besides that of the session. */
  setCookie?: string[]
  closeConnection?: boolean
}

/** What the ACS shall do in a session to come. */
export interface SessionPlan {
  /** For people, and for the timeline as the reason of unusual answers. */
  name: string
  /** Which sessions of the device under test; by default any. Those of other devices have no plan. */
  when?: (inform: InformContent) => boolean
  /** For how many sessions; 1 by default. */
  times?: number | 'always'
  /** What to do with the Inform; `nth` counts the Informs of this session from 0. */
  onInform?: (session: SessionHandle, nth: number) => InformAnswer | Promise<InformAnswer>
  /**
   * What to do after the InformResponse. While it runs, the device's POST is held; then the session is ended by
   * an empty answer. A throw ends it so too.
   */
  script?: (session: SessionHandle) => Promise<void>
}

/** A session as a scenario sees it. */
export interface SessionHandle extends RpcSession {
  readonly id: number
  /** Sends the HoldRequests header with this value from the next envelope on (TR-069 3.5). */
  holdRequests(value: boolean): void
  /** Closes the TCP connection after the next answer, so that the device must open another. */
  closeConnectionAfterNext(): void
  /** The status of the empty answer that ends the session; 204 by default (TR-069 3.4.6). */
  emptyAnswer(status: 200 | 204): void
  /** Answers the device's next POST so instead of going on; the session has then failed. */
  failNext(answer: { status: number } | 'reset'): void
  readonly ended: Promise<void>
  /** Aborted with a SessionLost when the session ends. */
  readonly signal: AbortSignal
}

/** The session ended before what was asked of it. */
export class SessionLost extends Error {
  readonly code = 'CONNREQ_SESSION_LOST'
  override readonly name = 'SessionLost'
}

/** The plan was taken back before a session came for it. */
export class PlanCancelled extends Error {
  readonly code = 'CONNREQ_PLAN_CANCELLED'
  override readonly name = 'PlanCancelled'
}
