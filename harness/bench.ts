import { abortable } from './abortable.ts'
import type { Acs } from './acs/acs.ts'
import type { SessionHandle, SessionPlan } from './acs/session-plan.ts'
import { type Clock, type Milliseconds, withTimeout } from './clock/clock.ts'
import { ConditionsNotMet } from './conditions.ts'
import type { Outcome } from './connection-request/http/outcome.ts'
import type { RequestOptions } from './connection-request/http/request-options.ts'
import type { Credentials, HttpRequester, Knock, KnockOptions } from './connection-request/http/requester.ts'
import { deathOfDevice } from './device-death.ts'
import type { DeviceControl } from './device/control.ts'
import { type DeviceFacts, hasManagementServer, managementServer } from './device/facts.ts'
import type { Profile } from './device/profile.ts'
import { followInforms } from './follow-informs.ts'
import { type Refusal, RefusedAtRest, refusalOf, repeatAfterRests } from './rate-limit.ts'
import { restDevice, sessionEndMs } from './rest.ts'
import { scriptedSession } from './scripted-session.ts'
import { sessionWait } from './limits.ts'
import type { EntryOf, InformContent } from './timeline/entry.ts'
import type { TimelineRecorder } from './timeline/recorder.ts'
import type { Redactor } from './timeline/redactor.ts'
import { connectionRequestEvent } from './timeline/sessions.ts'
import { entriesOf } from './timeline/timeline.ts'
import { createXmppBench, isAcceptedByXmpp, type XmppBench } from './xmpp-bench.ts'
import type { XmppLab } from './xmpp-lab.ts'

/** What a bench is put together from; everything is opened and closed by `openBench`. */
export interface BenchParts {
  clock: Clock
  timeline: TimelineRecorder
  redactor: Redactor
  profile: Profile
  acs: Acs
  requester: HttpRequester
  control: DeviceControl
  xmpp: XmppSide
  /** Aborted when the run is to stop. */
  signal: AbortSignal
}

/** The XMPP server and the ACS's way to it; opened when first needed. */
export interface XmppSide {
  readonly lab: XmppLab | undefined
  /** @throws ListenError, CertificateUnreadable, ComponentRefused */
  open(): Promise<XmppLab>
}

/** The bench with one device on it: what scenarios work with. */
export interface Bench extends Omit<BenchParts, 'xmpp'> {
  readonly facts: DeviceFacts
  /** The verbs over XMPP, where the device was given an XMPP connection. */
  readonly xmpp: XmppBench | undefined
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
  /** Reboots by whatever means the profile allows. */
  reboot(): Promise<void>
  /** Sets the retry parameters back to what the probe found. */
  restoreRetryParameters: (session: SessionHandle) => Promise<void>
  /** Why the device must be taken for dead, if it answers nothing any more. */
  deathOfDevice(sinceSeq: number): Promise<string | undefined>
}

/** The mark before a positive control. */
export const controlMark = 'positive-control'

/** Puts the verbs of the bench over its parts, once the device is known. */
export function createBench(parts: BenchParts, facts: DeviceFacts, credentials: Credentials): Bench {
  const { clock, timeline, acs, requester, control, signal, profile } = parts
  let refusedForGood = false
  let urlRead: { url: string; seq: number } | undefined
  const informedUrl = followInforms(timeline, 'ConnectionRequestURL')

  const request = (label: string) => ({ url: bench.url(), label })

  const atRest = async <T>(
    label: string,
    send: () => Promise<T>,
    refusal: (result: T) => Refusal | undefined,
  ): Promise<T> => {
    if (refusedForGood)
      throw new ConditionsNotMet('The device refuses every request at rest with 503, see the scenarios before.')
    try {
      return await repeatAfterRests(parts, facts.timing, label, refusal, async () => {
        await bench.rest()
        return send()
      })
    } catch (error) {
      if (error instanceof RefusedAtRest) refusedForGood = true
      throw error
    }
  }

  /** A device that refuses HTTP for good may still be asked by XMPP. */
  const acceptsByHttp = async (label: string): Promise<boolean> => {
    try {
      return isAccepted(await bench.knock(label))
    } catch (error) {
      if (error instanceof ConditionsNotMet) return false
      throw error
    }
  }

  const bench: Bench = {
    ...parts,
    facts,
    xmpp: undefined,
    credentials,
    deviceCredentials: {
      username: profile.acs.authentication.username ?? '',
      password: profile.acs.authentication.password ?? '',
    },

    url() {
      const informed = informedUrl()
      if (urlRead !== undefined && urlRead.seq > (informed?.seq ?? 0)) return urlRead.url
      return informed?.value ?? facts.connectionRequestUrl ?? ''
    },
    useUrl(url) {
      if (url !== undefined && url !== '') urlRead = { url, seq: timeline.lastSeq }
    },
    localAddress: () => new URL(acs.url).hostname.replace(/^\[|\]$/g, ''),

    rest: () => restDevice(parts, facts.timing.idleMs),

    knock: (label, options = {}) =>
      atRest(
        label,
        () => requester.knock({ ...request(label), credentials: bench.credentials, authorised: true, ...options }),
        knock => refusalOf(knock.final),
      ),
    wrongKnock: (label, options) =>
      requester.knock({ ...request(label), credentials: bench.credentials, authorised: false, ...options }),
    ask: (label, options = {}) => requester.send({ ...request(label), authorised: false, ...options }),
    askAtRest: label => atRest(label, () => bench.ask(label), refusalOf),

    async connectionRequestSessionAfter(seq) {
      const fits = (entry: EntryOf<'session-opened'>) => entry.ofDeviceUnderTest && isRequested(entry.inform)
      try {
        return await timeline.waitFor('session-opened', fits, {
          after: seq,
          timeoutMs: sessionWait(facts),
          what: `a session with ${connectionRequestEvent}`,
          signal,
        })
      } catch (error) {
        if (signal.aborted) throw error
        return undefined
      }
    },

    async seeSessionThrough(knock) {
      if (!isAccepted(knock)) return undefined
      const session = await bench.connectionRequestSessionAfter(writtenSeq(timeline, knock))
      if (session) await bench.sessionEnd(session.session)
      return session
    },

    async sessionEnd(id) {
      await timeline.waitFor('session-ended', entry => entry.session === id, {
        after: 0,
        timeoutMs: sessionEndMs,
        what: `session ${id} to end`,
        signal,
      })
    },

    async callDevice(label) {
      const { xmpp } = bench
      if (xmpp === undefined || facts.xmpp.timeToSessionMs === undefined) return isAccepted(await bench.knock(label))
      if (facts.credentialsWork && (await acceptsByHttp(label))) return true
      return isAcceptedByXmpp(await xmpp.knock(label))
    },

    async positiveControl() {
      timeline.add({ type: 'mark', name: controlMark })
      const knock = await bench.knock('positive control')
      const session = await bench.seeSessionThrough(knock)
      timeline.add({
        type: 'mark',
        name: `${controlMark}-done`,
        data: { accepted: isAccepted(knock), session: session?.session },
      })
    },
    async xmppControl() {
      timeline.add({ type: 'mark', name: controlMark })
      const outcome = await overXmpp(bench).knock('positive control')
      const session = await overXmpp(bench).seeSessionThrough(outcome)
      timeline.add({
        type: 'mark',
        name: `${controlMark}-done`,
        data: { accepted: isAcceptedByXmpp(outcome), session: session?.session },
      })
    },

    async inSession(name, script, plan = {}) {
      // A session that is still to come for an earlier reason must not take the script.
      await bench.rest()
      return scriptedSession(parts, name, script, { when: isRequested, ...plan }, async planned => {
        if (!(await bench.callDevice(`for a session: ${name}`)))
          throw new ConditionsNotMet(`The device did not accept the request that should open a session to ${name}.`)
        await bench.orConditions(planned, `No session came to ${name}.`)
      })
    },

    nextSession: (name, ms, script, plan = {}) =>
      scriptedSession(parts, name, script, plan, planned =>
        bench.orConditions(planned, `No session came to ${name}.`, ms),
      ),

    orConditions: (work, problem, ms = sessionWait(facts)) =>
      withTimeout(clock, ms, abortable(work, signal), () => new ConditionsNotMet(problem)),

    async doneWithin(ms, work) {
      const late = new ConditionsNotMet('late')
      try {
        await withTimeout(clock, ms, work, () => late)
        return true
      } catch (error) {
        return error !== late
      }
    },

    async reboot() {
      const how = facts.control.reboot
      if (how === 'rpc') await bench.inSession('reboot', session => session.call('Reboot', { commandKey: 'connreq' }))
      else if (how === 'ask') timeline.add({ type: 'control', action: 'reboot', how })
      else await control.perform('reboot')
    },

    async restoreRetryParameters(session) {
      const names = ['CWMPRetryMinimumWaitInterval', 'CWMPRetryIntervalMultiplier']
        .filter(name => hasManagementServer(facts, name))
        .map(name => managementServer(facts, name))
      const parameters = names.map(name => ({ name, value: facts.parameters[name]?.value ?? '', type: 'unsignedInt' }))
      await session.call('SetParameterValues', { parameters })
    },

    deathOfDevice: sinceSeq => deathOfDevice({ ...parts, facts }, sinceSeq, () => bench.ask('is the device alive')),
  }

  const { lab } = parts.xmpp
  if (facts.xmpp.state !== 'connected' || lab === undefined || facts.xmpp.connection === undefined) return bench
  const xmpp = createXmppBench({
    parts,
    facts,
    lab,
    connection: facts.xmpp.connection,
    credentials: () => bench.credentials,
    connectionRequestSessionAfter: seq => bench.connectionRequestSessionAfter(seq),
    sessionEnd: id => bench.sessionEnd(id),
  })
  return Object.assign(bench, { xmpp })
}

/** The verbs over XMPP. @throws ConditionsNotMet where the device has no XMPP connection */
export function overXmpp({ xmpp, facts }: Pick<Bench, 'xmpp' | 'facts'>): XmppBench {
  if (xmpp === undefined) throw new ConditionsNotMet(facts.xmpp.detail)
  return xmpp
}

/** Whether an Inform lists the event of a Connection Request. */
const isRequested = ({ events }: InformContent) => events.some(({ eventCode }) => eventCode === connectionRequestEvent)

/** The final answer was 200 or 204. */
export const isAccepted = ({ final }: Knock) =>
  final.kind === 'answer' && (final.status === 200 || final.status === 204)

/** The number of the entry with which the request was written: its session may come before its answer. */
export function writtenSeq(timeline: TimelineRecorder, { final }: Knock): number {
  return entriesOf(timeline, 'http-cr-sent').findLast(entry => entry.request === final.request)?.seq ?? final.seq
}
