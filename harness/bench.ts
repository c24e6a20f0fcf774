import type { SessionHandle, SessionPlan } from './acs/session-plan.ts'
import type { BenchParts } from './bench-parts.ts'
import type { Milliseconds } from './clock/clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Outcome } from './connection-request/http/outcome.ts'
import type { RequestOptions } from './connection-request/http/request-options.ts'
import type { Credentials, Knock, KnockOptions } from './connection-request/http/requester.ts'
import type { ControlAction, DeviceFacts } from './device/facts.ts'
import type { EntryOf } from './timeline/entry.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'
import { entriesOf } from './timeline/timeline.ts'
import type { UdpBench } from './udp-bench.ts'
import type { XmppBench } from './xmpp-bench.ts'

export type { BenchParts } from './bench-parts.ts'

/** The bench with one device on it: what scenarios work with. */
export interface Bench extends Omit<BenchParts, 'xmpp' | 'stun'> {
  readonly facts: DeviceFacts
  /** The verbs over XMPP, where the device was given an XMPP connection. */
  readonly xmpp: XmppBench | undefined
  /** The verbs over UDP, where the device has announced a binding. */
  readonly udp: UdpBench | undefined
  /** The pair that the device holds now; scenarios that change it say so here. */
  credentials: Credentials
  /** The pair with which the device authenticates itself to the ACS; empty where the profile names none. */
  readonly deviceCredentials: Credentials
  /** The ConnectionRequestURL of the newest Inform. */
  url(): string
  /** Uses this URL until an Inform brings another: for a URL that was read by GetParameterValues. */
  useUrl(url: string | undefined): void
  /** The address of this machine at which the device finds the ACS. */
  localAddress(): string
  /** Waits until no session is open and the device has had its rest since the last one. */
  rest(): Promise<void>
  /**
   * One Connection Request at rest with the right credentials. A 503 is repeated after rests, because rate
   * limits are legal; the last outcome counts.
   * @throws ConditionsNotMet when the device refused at rest for the whole of `timing.rateLimit`
   */
  knock(label: string, options?: KnockOptions): Promise<Knock>
  /** One request that the device must not accept, with credentials changed as `options` say. Neither rests nor repeats. */
  wrongKnock(label: string, options: KnockOptions): Promise<Knock>
  /** One request without Digest credentials. Neither rests nor repeats. */
  ask(label: string, options?: Partial<RequestOptions>): Promise<Outcome>
  /** The same at rest; a 503 is repeated after rests. */
  askAtRest(label: string): Promise<Outcome>
  /** The next session with event 6 after entry `seq`, waiting past the 30 s; `undefined` when none came. */
  connectionRequestSessionAfter(seq: number): Promise<EntryOf<'session-opened'> | undefined>
  /** Waits for the session that an accepted request brings, and for its end. */
  seeSessionThrough(knock: Knock): Promise<EntryOf<'session-opened'> | undefined>
  /** Waits until session `id` has ended. */
  sessionEnd(id: number): Promise<void>
  /** The positive control after a window: an ordinary request must still bring a session. */
  positiveControl(): Promise<void>
  /** The same over XMPP. */
  xmppControl(): Promise<void>
  /** The same over UDP. */
  udpControl(): Promise<void>
  /** One request by whatever way the device answers. @returns whether it accepted */
  callDevice(label: string): Promise<boolean>
  /**
   * Makes the device call and runs `script` in that session; returns when the session has ended.
   * @throws ConditionsNotMet when the device does not call
   */
  inSession<T>(name: string, script: (session: SessionHandle) => Promise<T>, plan?: Partial<SessionPlan>): Promise<T>
  /**
   * Runs `script` in the next session, whatever brings it.
   * @throws ConditionsNotMet when none comes within `ms`
   */
  nextSession<T>(
    name: string,
    ms: Milliseconds,
    script: (session: SessionHandle) => Promise<T>,
    plan?: Partial<SessionPlan>,
  ): Promise<T>
  /** Waits for `work` at most `ms` (the time a session may take); then the conditions are not met. */
  orConditions<T>(work: Promise<T>, problem: string, ms?: Milliseconds): Promise<T>
  /** Whether `work` settles within `ms`. It goes on otherwise. */
  doneWithin(ms: Milliseconds, work: Promise<unknown>): Promise<boolean>
  /**
   * Carries an action out by whatever means the profile names. For a person it returns when the wire shows that it was
   * done: the session with the event that belongs to it.
   * @throws ConditionsNotMet when the person does not act in time
   * @throws ControlFailed when the command fails: an error of the lab
   */
  carryOut(action: ControlAction): Promise<void>
  /** Reboots by whatever means the profile allows. */
  reboot(): Promise<void>
  /** The device was reset to factory settings: what was set before need not, and cannot, be set back. */
  factoryReset: boolean
  /** Sets the retry parameters back to what the probe found. */
  restoreRetryParameters: (session: SessionHandle) => Promise<void>
  /** Why the device must be taken for dead, if it answers nothing any more. */
  deathOfDevice(sinceSeq: number): Promise<string | undefined>
}

/** The verbs over UDP. @throws ConditionsNotMet where the device was given no STUN server */
export function overUdp({ udp, facts }: Pick<Bench, 'udp' | 'facts'>): UdpBench {
  if (udp === undefined) throw new ConditionsNotMet(facts.udp.detail)
  return udp
}

/** The verbs over XMPP. @throws ConditionsNotMet where the device has no XMPP connection */
export function overXmpp({ xmpp, facts }: Pick<Bench, 'xmpp' | 'facts'>): XmppBench {
  if (xmpp === undefined) throw new ConditionsNotMet(facts.xmpp.detail)
  return xmpp
}

/** The final answer was 200 or 204. */
export const isAccepted = ({ final }: Knock) =>
  final.kind === 'answer' && (final.status === 200 || final.status === 204)

/** The number of the entry with which the request was written: its session may come before its answer. */
export function writtenSeq(timeline: TimelineRecorder, { final }: Knock): number {
  return entriesOf(timeline, 'http-cr-sent').findLast(entry => entry.request === final.request)?.seq ?? final.seq
}
