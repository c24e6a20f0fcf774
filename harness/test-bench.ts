import { randomBytes } from 'node:crypto'
import type { Bench, BenchParts } from './bench.ts'
import { createBench } from './create-bench.ts'
import { type Openable, openable } from './openable.ts'
import { leftOutEntry, planEntry } from './plan-entry.ts'
import type { Clock } from './clock/clock.ts'
import { type AcsOptions, openAcs, type PlannedSession, type SessionPlan } from './acs/acs.ts'
import { type Credentials, createHttpRequester } from './connection-request/http/requester.ts'
import { ControlFailed, type ControlHooks, createDeviceControl } from './device/control.ts'
import { localAddresses } from './device/local-address.ts'
import { parseListen } from './device/listen-address.ts'
import { stopAfterInterruptMs } from './device/stop-after-interrupt.ts'
import type { Profile } from './device/profile.ts'
import { credentialsFor, restore } from './device/provisioning.ts'
import { restoreUdp } from './device/udp-provisioning.ts'
import { restoreXmpp } from './device/xmpp-restoring.ts'
import type { DeviceFacts } from './device/facts.ts'
import { judgeScenario } from './judge.ts'
import { watchLoopDelay } from './loop-delay.ts'
import { certificateAuthorityMark } from './device-absence.ts'
import { meetDevice } from './meet-device.ts'
import { asksForUdp } from './meet-udp.ts'
import { asksForXmpp } from './meet-xmpp.ts'
import { type PlayingEnd, playScenario } from './play.ts'
import type { Scenario, ScenarioOutcome } from './scenario.ts'
import { createSeeAgain } from './see-again.ts'
import { type Authority, createAuthority } from './tls/authority.ts'
import { clientCertificates, tlsIdentity } from './tls/tls-identity.ts'
import type { EntryOf } from './timeline/entry.ts'
import { TimelineRecorder } from './timeline/recorder.ts'
import { entriesOf } from './timeline/timeline.ts'
import { openStunLab, type StunLab } from './stun-lab.ts'
import { openXmppLab, type XmppLab } from './xmpp-lab.ts'
import type { Redactor } from './timeline/redactor.ts'
import type { Entry } from './timeline/entry.ts'

export interface TestBenchOptions {
  profile: Profile
  clock: Clock
  redactor: Redactor
  /** Gets every entry at once, for example to write it to disk. */
  sink?: (entry: Entry) => void
  /** What the run says of itself in its first entry. */
  about: Omit<EntryOf<'run-started'>, 'seq' | 'at' | 'type' | 'clock' | 'wallTime' | 'profile' | 'pid'>
  /** Hooks of a device in this very process. */
  hooks?: ControlHooks
  /** The greatest `ts` that this device has been sent by UDP in earlier runs. */
  lastTimestamp?: (deviceId: DeviceFacts['deviceId']) => number
  /** Nobody is there to be asked: what needs a person does not apply. */
  unattended?: boolean
  /** Stops the run. */
  signal?: AbortSignal
}

/** One run with one device: opened, met, planned, played, finished; what it opened it closes. */
export interface TestBench extends AsyncDisposable {
  readonly timeline: TimelineRecorder
  /** The URL to enter in the device. */
  readonly acsUrl: string
  /** The authority that the device must trust, where the certificate of the ACS was made for this run. */
  readonly caFile?: string
  /** The XMPP server, once it is open: at once where the profile asks for XMPP, else when a device has it. */
  readonly xmpp: XmppPlace | undefined
  /** Where the STUN server is found, once it is open. */
  readonly stun: Pick<StunLab, 'found'> | undefined
  readonly clock: Clock
  /** Plans what to do in a session of a device that is only looked at, in the place of `meet`. */
  planSession(plan: SessionPlan): PlannedSession
  /**
   * Waits for the device, probes and provisions it.
   * @throws DeviceAbsent when it does not come or leaves at once
   */
  meet(): Promise<DeviceFacts>
  /**
   * Puts on the timeline which scenarios apply and which not, and why.
   * @param leftOut those that are not played because they are long and were not asked for
   */
  plan(scenarios: readonly Scenario[], leftOut?: readonly Scenario[]): void
  /** Plays a scenario, or leaves it out where it does not apply. @returns what became of it */
  play(scenario: Scenario, repetition?: number): Promise<ScenarioOutcome>
  /** Restores the device and ends the run. */
  finish(how: EntryOf<'run-ended'>['how'], reason?: string): Promise<void>
}

/** What a device must know of the XMPP server. */
export type XmppPlace = Pick<XmppLab, 'found' | 'domain' | 'caFile'>

/**
 * How long an interrupted run may take to restore the device: who interrupts waits two seconds at the most. What a
 * slow device keeps is named, and the next run switches its XMPP connection off.
 */
const restoreAfterInterruptMs = 1500

/**
 * Opens the bench for one device: the ACS listens when this returns.
 * @throws ListenError when the ACS cannot listen at `acs.listen`
 */
export async function openTestBench(options: TestBenchOptions): Promise<TestBench> {
  const { profile, clock, redactor, sink, about, hooks } = options
  const timeline = new TimelineRecorder({ clock, redactor, ...(sink ? { sink } : {}) })
  const stop = new AbortController()
  const signal = options.signal ? AbortSignal.any([stop.signal, options.signal]) : stop.signal
  redactor.learn(profile.acs.authentication.password ?? '')
  timeline.add({
    type: 'run-started',
    ...about,
    clock: clock.kind,
    wallTime: clock.wallTime().toISOString(),
    profile,
    pid: process.pid,
  })
  const authority = createAuthority(clock)
  let acs: BenchParts['acs'] | undefined
  let xmpp: (Openable<XmppLab> & AsyncDisposable) | undefined
  let stun: (Openable<StunLab> & AsyncDisposable) | undefined
  let caFile: string | undefined
  try {
    const place = await acsPlace(profile, authority)
    caFile = place.caFile
    acs = await openAcs({
      clock,
      timeline,
      ...place,
      authentication: profile.acs.authentication,
      parameterKey: `connreq-${randomBytes(4).toString('hex')}`,
    })
    const { oui, serialNumber } = profile.device
    if (oui !== undefined && serialNumber !== undefined) acs.expectDevice({ oui, serialNumber })
    const common = { clock, timeline, redactor, profile, acsHost: hostOf(acs.url) }
    const lastTimestamp = () => options.lastTimestamp?.(deviceIdOn(timeline)) ?? 0
    xmpp = openable(() => openXmppLab({ ...common, authority }))
    stun = openable(() => openStunLab({ ...common, lastTimestamp }))
    if (asksForXmpp(profile)) await xmpp.open()
    if (asksForUdp(profile)) await stun.open()
    if (caFile !== undefined) timeline.add({ type: 'mark', name: certificateAuthorityMark, data: { file: caFile } })
  } catch (error) {
    timeline.add({ type: 'run-ended', how: 'broken-off', reason: (error as Error).message })
    await xmpp?.[Symbol.asyncDispose]()
    await stun?.[Symbol.asyncDispose]()
    await acs?.[Symbol.asyncDispose]()
    authority[Symbol.dispose]()
    throw error
  }
  const opened = { acs, xmpp, stun }
  const stopSampling = watchLoopDelay({ clock, timeline })
  const partsWith = (partsSignal: AbortSignal): BenchParts => ({
    clock,
    timeline,
    redactor,
    profile,
    ...opened,
    requester: createHttpRequester({ clock, timeline, signal: partsSignal }),
    control: createDeviceControl({
      ...{ profile, clock, timeline, redactor, signal: partsSignal, acsUrl: opened.acs.url },
      ...(hooks ? { hooks } : {}),
      unattended: options.unattended === true,
    }),
    signal: partsSignal,
  })
  const parts = partsWith(signal)
  const credentials: Credentials = credentialsFor(profile, redactor)
  let bench: Bench | undefined
  let seeAgain: ((scenario: Scenario) => Promise<void>) | undefined
  let dead: string | undefined

  const plannedOutcome = (scenario: Scenario): ScenarioOutcome => {
    const outcome = judgeScenario(scenario, timeline.entries).at(-1)
    if (!outcome) throw new Error(`${scenario.id} was neither planned nor played.`)
    return outcome
  }

  return {
    timeline,
    acsUrl: opened.acs.url,
    ...(caFile === undefined ? {} : { caFile }),
    get xmpp() {
      return opened.xmpp.lab
    },
    get stun() {
      return opened.stun.lab
    },
    clock,
    planSession: plan => opened.acs.plan(plan),

    async meet() {
      const facts = await meetDevice(parts, profile, credentials)
      bench = createBench(parts, facts, credentials)
      seeAgain = createSeeAgain(bench)
      return facts
    },

    plan(scenarios, leftOut = []) {
      if (!bench) throw new Error('The device must be met before the run is planned.')
      for (const scenario of scenarios) timeline.add(planEntry(scenario, bench.facts))
      for (const scenario of leftOut) timeline.add(leftOutEntry(scenario, bench.facts))
    },

    async play(scenario, repetition = 1) {
      if (!bench) throw new Error('The device must be met before a scenario is played.')
      if (!scenario.applies(bench.facts).applies) return plannedOutcome(scenario)
      if (dead === undefined) await seeAgain?.(scenario)
      const how: PlayingEnd =
        dead === undefined ? await playScenario(bench, scenario, repetition) : skip(scenario, repetition, dead)
      if (how === 'device-dead') dead ??= `The device no longer answers since the scenario ${scenario.id}.`
      return plannedOutcome(scenario)
    },

    async finish(how, reason) {
      if (bench === undefined) noteNotRestored('The run ended before it was known how to make the device call.')
      else if (dead !== undefined) noteNotRestored(dead)
      else await restoreDevice(bench, how)
      await stopDevice(how)
      stopSampling()
      timeline.add({ type: 'run-ended', how, ...(reason === undefined ? {} : { reason }) })
    },

    async [Symbol.asyncDispose]() {
      stop.abort(new Error('The bench was closed.'))
      stopSampling()
      await opened.xmpp[Symbol.asyncDispose]()
      await opened.stun[Symbol.asyncDispose]()
      await opened.acs[Symbol.asyncDispose]()
      authority[Symbol.dispose]()
    },
  }

  function skip(scenario: Scenario, repetition: number, reason: string): PlayingEnd {
    timeline.add({ type: 'scenario-begun', scenario: scenario.id, title: scenario.title, repetition })
    timeline.add({ type: 'scenario-ended', scenario: scenario.id, how: 'device-dead', reason })
    return 'device-dead'
  }

  /** Also after a run that broke off: it may have been started. What fails stands on the timeline. */
  async function stopDevice(how: EntryOf<'run-ended'>['how']) {
    // Of an interrupted run the signal has been given already.
    const { control } = partsWith(stop.signal)
    const task = control.task('stop')
    // Nobody waits for the person, who may read it later.
    if (task !== undefined) timeline.add({ type: 'control', action: 'stop', how: 'ask', sentence: task.sentence })
    if (task !== undefined || control.means('stop') === undefined) return
    const options = how === 'interrupted' ? { atMostMs: stopAfterInterruptMs } : undefined
    await control.perform('stop', options).catch(error => {
      if (!(error instanceof ControlFailed)) throw error
    })
  }

  async function restoreDevice({ facts, credentials: current, factoryReset }: Bench, how: EntryOf<'run-ended'>['how']) {
    if (!callsOnRequest(facts))
      return noteNotRestored('The device accepts no Connection Request that would make it call.')
    const limit = new AbortController()
    const timer = new AbortController()
    if (how === 'interrupted')
      void clock.sleep(restoreAfterInterruptMs, timer.signal).then(
        () => limit.abort(new Error('There was no more time to restore the device.')),
        () => undefined,
      )
    // Who interrupts does not wait for the device to have its rest.
    const unrested = { ...facts, timing: { ...facts.timing, idleMs: 0 } }
    const restoring = createBench(partsWith(limit.signal), how === 'interrupted' ? unrested : facts, current)
    let isRestored = false
    try {
      await restoring.inSession('restore what was changed', async session => {
        const { connection } = facts.xmpp
        if (connection !== undefined && !factoryReset) await restoreXmpp(session, { timeline, ...facts, connection })
        const { server } = facts.udp
        if (server !== undefined && !factoryReset) await restoreUdp(session, { timeline, ...facts, server })
        // Last, because each setting before gives the device the ParameterKey of the run.
        await restore(session, { timeline, ...facts })
        isRestored = true
      })
    } catch (error) {
      // A session that the device still owed has served too: with its own credentials back it refuses the request.
      if (!isRestored) noteNotRestored((error as Error).message)
    } finally {
      timer.abort()
    }
  }

  /** A device that was given nothing has nothing to be restored. */
  function noteNotRestored(reason: string) {
    if (!timeline.entries.some(({ type }) => type === 'provisioned')) return
    timeline.add({ type: 'restored', parameters: [], notRestored: [{ name: 'everything', reason }] })
  }
}

/** Whether a request was accepted before the scenarios, authenticated or not, so that one may be accepted again. */
const callsOnRequest = ({ credentialsWork, timeToSessionMs, xmpp, udp }: DeviceFacts) =>
  credentialsWork ||
  [timeToSessionMs, udp.timeToSessionMs].some(ms => ms !== undefined) ||
  xmpp.requestAccepted === true

/** Who the device is, by the first Inform of the run. */
const deviceIdOn = (timeline: TimelineRecorder): DeviceFacts['deviceId'] =>
  entriesOf(timeline, 'session-opened').find(entry => entry.ofDeviceUnderTest)?.inform.deviceId ?? {}

/** Names and addresses that the certificate of the ACS must carry. */
function hostsOf({ acs }: Profile): string[] {
  const named = acs.url === undefined ? [] : [new URL(acs.url).hostname.replace(/^\[|\]$/g, '')]
  const listening = parseListen(acs.listen)?.address
  return [...new Set([...named, ...localAddresses(), '127.0.0.1', ...(listening === undefined ? [] : [listening])])]
}

const hostOf = (url: string) => new URL(url).hostname.replace(/^\[|\]$/g, '')

/** Where the ACS listens and how devices know it. */
async function acsPlace(
  profile: Profile,
  authority: Authority,
): Promise<Pick<AcsOptions, 'listen' | 'tls' | 'clientCertificates' | 'url' | 'path'> & { caFile?: string }> {
  const listen = parseListen(profile.acs.listen) ?? { address: '0.0.0.0', port: 7547 }
  const identity = await tlsIdentity({ tls: profile.acs.tls, authority, setting: 'acs.tls', hosts: hostsOf(profile) })
  const caFile = identity?.caFile === undefined ? {} : { caFile: identity.caFile }
  const clients = clientCertificates(profile.acs.tls, 'acs.tls')
  const tls = identity ? { tls: identity, ...caFile, ...(clients ? { clientCertificates: clients } : {}) } : {}
  if (profile.acs.url !== undefined)
    return { listen, ...tls, url: profile.acs.url, path: new URL(profile.acs.url).pathname }
  const everywhere = listen.address === '0.0.0.0' || listen.address === '::'
  const outside = everywhere && listen.port !== 0 ? localAddresses()[0] : undefined
  if (outside === undefined) return { listen, ...tls }
  const host = outside.includes(':') ? `[${outside}]` : outside
  return { listen, ...tls, url: `${identity ? 'https' : 'http'}://${host}:${listen.port}/acs` }
}
